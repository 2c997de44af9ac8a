import type { ReactNode } from 'react'
import css from './Table.module.css'

export interface Column<Row> {
  key: string
  /** Of the column; also stands before the value where the screen is narrow. */
  header: string
  /** Nothing is a dash, and no line of its own where the screen is narrow. */
  cell: (row: Row) => ReactNode
  /** Numbers stand under each other. */
  align?: 'end'
  /** The header is for those who listen: the column explains itself to those who see. */
  hideHeader?: boolean
  /** Its words may be so long that they are broken anywhere; those of the first column always are. */
  long?: boolean
  /** Takes what room is left. */
  wide?: boolean
}

/** Rows of one kind. Narrow screens get a block for each row; the roles keep it a table for those who listen. */
export function Table<Row>({
  label,
  rows,
  columns,
  rowKey,
}: {
  label: string
  rows: readonly Row[]
  /** The first one names the row. */
  columns: readonly Column<Row>[]
  rowKey: (row: Row) => string
}) {
  return (
    <table className={css.table} role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ key, header, align, hideHeader, wide }) => (
            <th key={key} role="columnheader" scope="col" data-align={align} data-wide={wide || undefined}>
              <span className={hideHeader ? css.heard : undefined}>{header}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={rowKey(row)} role="row">
            {columns.map(({ key, header, cell, align, hideHeader, long }, place) => {
              const content = cell(row)
              return place === 0 ? (
                <th key={key} role="rowheader" scope="row" className={css.name}>
                  {content}
                </th>
              ) : (
                <td
                  key={key}
                  role="cell"
                  data-align={align}
                  data-long={long}
                  data-unlabelled={hideHeader || undefined}
                  data-nothing={content === null || undefined}
                >
                  {!hideHeader && (
                    <span className={css.inline} aria-hidden="true">
                      {header}
                    </span>
                  )}
                  <div className={css.value}>{content ?? '–'}</div>
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
