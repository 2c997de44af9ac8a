import { Fragment } from 'react'
import { Code } from '../../ui/Code.tsx'
import css from './Markdown.module.css'
import type { Inline } from './parse-inline.ts'
import { parseMarkdown } from './parse-markdown.ts'
import type { Block } from './parse-markdown.ts'

/** A text with its markup. Its first heading is left out where the page has said it already. */
export function Markdown({ source, withoutTitle = false }: { source: string; withoutTitle?: boolean }) {
  const blocks = parseMarkdown(source)
  const [first, ...rest] = blocks
  const shown = withoutTitle && first?.kind === 'heading' && first.level === 1 ? rest : blocks
  return (
    <div className={css.text}>
      <Blocks blocks={shown} />
    </div>
  )
}

function Blocks({ blocks }: { blocks: readonly Block[] }) {
  return blocks.map((block, at) => <BlockView key={at} block={block} />)
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case 'heading':
      // The page has its own first and second level.
      return <h3 className={css.heading}>{inline(block.text)}</h3>
    case 'paragraph':
      return <p>{inline(block.text)}</p>
    case 'code':
      return (
        <pre className={css.code}>
          <Code>{block.text}</Code>
        </pre>
      )
    case 'list':
      return block.start === undefined ? (
        <ul>
          <Items items={block.items} />
        </ul>
      ) : (
        <ol start={block.start}>
          <Items items={block.items} />
        </ol>
      )
    case 'table':
      return (
        // It scrolls, so that the keyboard has to get there.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div className={css.table} tabIndex={0}>
          <table>
            <thead>
              <tr>
                {block.head.map((cell, at) => (
                  <th key={at} scope="col">
                    {inline(cell)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row, at) => (
                <tr key={at}>
                  {row.map((cell, column) => (
                    <td key={column}>{inline(cell)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )
  }
}

function Items({ items }: { items: readonly Block[][] }) {
  return items.map((blocks, at) => (
    <li key={at}>
      <Blocks blocks={blocks} />
    </li>
  ))
}

function inline(parts: readonly Inline[]) {
  return parts.map((part, at) => <Fragment key={at}>{inlineView(part)}</Fragment>)
}

function inlineView(part: Inline) {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'code':
      return (
        <span className={css.inline}>
          <Code>{part.text}</Code>
        </span>
      )
    case 'strong':
      return <strong>{inline(part.children)}</strong>
    case 'emphasis':
      return <em>{inline(part.children)}</em>
    case 'link':
      return (
        <a href={part.to} target="_blank" rel="noreferrer noopener">
          {inline(part.children)}
        </a>
      )
  }
}
