import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as an OpenTelemetry collector gets it. */
export interface CollectedSpan {
  name: string
  traceId: string
  spanId: string
  parentSpanId: string | undefined
  links: { traceId: string; spanId: string }[]
  attributes: Record<string, unknown>
  failed: boolean
  /** Which process it came from. */
  instance: unknown
}

/** An OpenTelemetry collector on this machine. */
export interface Collector {
  endpoint: string
  spans: CollectedSpan[]
  /** Everything that was sent to it, as it came over the wire. */
  bodies: string[]
  close: () => Promise<void>
}

interface Wire {
  resourceSpans: {
    resource: { attributes: WireAttribute[] }
    scopeSpans: { spans: WireSpan[] }[]
  }[]
}
interface WireAttribute {
  key: string
  value: Record<string, unknown>
}
interface WireSpan {
  name: string
  traceId: string
  spanId: string
  parentSpanId?: string
  links?: { traceId: string; spanId: string }[]
  attributes?: WireAttribute[]
  status?: { code?: number }
}

export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = []
  const bodies: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      bodies.push(`${request.url} ${JSON.stringify(request.headers)} ${body}`)
      spans.push(...read(JSON.parse(body) as Wire))
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans,
    bodies,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function read({ resourceSpans }: Wire): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const instance = plain(resource.attributes)['service.instance.id']
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ name, traceId, spanId, parentSpanId, links = [], attributes = [], status }) => ({
        name,
        traceId,
        spanId,
        parentSpanId: parentSpanId || undefined,
        links: links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
        attributes: plain(attributes),
        failed: status?.code === 2,
        instance,
      })),
    )
  })
}

function plain(attributes: readonly WireAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}
