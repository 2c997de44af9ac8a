import css from './Logo.module.css'
import logo from './logo.svg'

/** A switch: the track that goes on, and the one that branches off. The name beside it is the alternative text. */
export function Logo({ size = 'm' }: { size?: 'm' | 'l' }) {
  return (
    <span className={css.logo} data-size={size}>
      <img src={logo} alt="" className={css.picture} />
      {/* A name, the same in every language. */}
      <span translate="no">{'Switchyard'}</span>
    </span>
  )
}
