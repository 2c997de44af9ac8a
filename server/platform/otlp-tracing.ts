import {
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
} from '@opentelemetry/api'
import type { Attributes, Context, Span, SpanContext } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { Logger } from './logger.ts'
import type { Step, StepFacts, Tracing } from './tracing.ts'

export interface OtlpOptions {
  /** Base address of the collector; `/v1/traces` is added. */
  endpoint: string
  serviceName: string
  version: string
  processId: string
  log: Logger
}

/** When the process ends, a collector that does not answer is not waited for longer. */
const FLUSH_MS_MAX = 3_000
/** A collector that is away would otherwise fill the log. */
const COMPLAIN_EVERY_MS = 60_000

/**
 * Sends traces to an OpenTelemetry collector, in batches, over OTLP (HTTP, JSON). Which traces are kept and what goes
 * along with each request follows the usual variables (`OTEL_TRACES_SAMPLER`, `OTEL_EXPORTER_OTLP_HEADERS` …). Loaded
 * only where it is wanted.
 */
export function startOtlpTracing({ endpoint, serviceName, version, processId, log }: OtlpOptions): Tracing {
  reportTo(log)
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` })
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': serviceName,
      'service.version': version,
      'service.instance.id': processId,
    }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  })
  const tracer = provider.getTracer('switchyard', version)

  return {
    begin(name, at, linked) {
      const stranger = contextOf(linked)
      const links = stranger ? [{ context: stranger }] : []
      return stepOf(
        tracer.startSpan(name, { startTime: at, kind: SpanKind.SERVER, links, root: true }, ROOT_CONTEXT),
      )
    },
    next(name, at, context, leaves) {
      const parent = parentOf(context)
      if (!parent) return undefined
      const kind = leaves ? SpanKind.CLIENT : SpanKind.INTERNAL
      return stepOf(tracer.startSpan(name, { startTime: at, kind }, parent))
    },
    async stop() {
      let timer: NodeJS.Timeout | undefined
      const tooLong = new Promise<never>((_resolve, reject) => {
        const late = new Error(`The collector did not take the last traces within ${FLUSH_MS_MAX} ms.`)
        timer = setTimeout(() => reject(late), FLUSH_MS_MAX)
      })
      await Promise.race([provider.shutdown(), tooLong]).catch((err: unknown) =>
        log.warn({ stage: 'traces.not_sent', err }),
      )
      clearTimeout(timer)
      diag.disable()
    },
  }
}

function stepOf(span: Span): Step | undefined {
  if (!span.isRecording()) return undefined
  const { traceId, spanId } = span.spanContext()
  return {
    context: `00-${traceId}-${spanId}-01`,
    end(at, facts, failure) {
      span.setAttributes(attributesOf(facts))
      if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure })
      span.end(at)
    },
  }
}

function attributesOf(facts: StepFacts): Attributes {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

function parentOf(context: string | undefined): Context | undefined {
  const parent = contextOf(context)
  return parent && trace.setSpanContext(ROOT_CONTEXT, parent)
}

/** W3C Trace Context, level 1: version 00, and ids that are not all zeros. */
function contextOf(traceparent: string | undefined): SpanContext | undefined {
  const parts = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? '')
  const [, traceId = '', spanId = '', flags = ''] = parts ?? []
  if (!parts || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  const isSampled = (Number.parseInt(flags, 16) & TraceFlags.SAMPLED) === TraceFlags.SAMPLED
  return { traceId, spanId, traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true }
}

/** What the exporter complains about, at most once a minute. */
function reportTo(log: Logger): void {
  let last = Number.NEGATIVE_INFINITY
  const complain = (message: string) => {
    if (performance.now() - last < COMPLAIN_EVERY_MS) return
    last = performance.now()
    log.warn({ stage: 'traces.not_sent', problem: message })
  }
  const ignore = () => {}
  diag.setLogger(
    { error: complain, warn: complain, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  )
}
