interface Placed {
  runId: string
  stepId: string
  flow: { draft: { steps: readonly { id: string }[] } } | null
}

/** Deliveries of an event, run by run, each in the order of its flow’s steps; a step that was taken out comes last. */
export function inStepOrder<Delivery extends Placed>(deliveries: readonly Delivery[]): Delivery[] {
  return [...Map.groupBy(deliveries, ({ runId }) => runId).values()].flatMap((run) =>
    run.toSorted((one, other) => placeOf(one) - placeOf(other)),
  )
}

function placeOf({ stepId, flow }: Placed): number {
  const steps = flow?.draft.steps ?? []
  const place = steps.findIndex(({ id }) => id === stepId)
  return place === -1 ? steps.length : place
}
