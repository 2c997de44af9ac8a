/**
 * - `stored`: acknowledged, not yet worked through.
 * - `done`, `not_understood`, `duplicate`: worked through.
 * - `refused`: did not prove where it comes from; kept so that it can be looked at and replayed.
 */
export const receiptStates = ['stored', 'done', 'not_understood', 'duplicate', 'refused'] as const
export type ReceiptState = (typeof receiptStates)[number]
