// Who may import whom. Read it as the picture of the system:
//
//   connectors/sdk  <-  connectors/<vendor>  <-  connectors/registry  <-+
//   connectors/sdk  <-  mappings  <-------------------------------------+-  server        scripts -> anything
//   web talks GraphQL and imports nothing of the rest
//   inside server:  app -> *.graphql -> use cases, pipeline -> stores, platform -> embedded-store
//
// Tests are excepted: they may build whatever they need.
const test = '[.]test[.]ts$|/testing/|(^|/)test-[^/]+[.]ts$'
const platform = '^server/(platform|graphql|embedded-store)/'
// The files directly in server/ put the process together; they may know everything.
const assembly = '^server/[^/]+[.]ts$'
const noun = '^server/(?!platform/|graphql/|ingest/|pipeline/|embedded-store/|testing/)([^/]+)/'

/** One forbidden direction; `why` is what the person who broke it reads. */
const forbid = (name, why, from, to) => ({
  name,
  comment: why,
  severity: 'error',
  from: { pathNot: test, ...from },
  to,
})

module.exports = {
  forbidden: [
    forbid(
      'no-cycle',
      'Two files that need each other are one file, or need a third. (Types alone may point back.)',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    forbid('resolvable', 'The imported file or package does not exist.', {}, { couldNotResolve: true }),
    forbid(
      'sdk-stands-alone',
      'connectors/sdk imports packages and itself; connectors and the hub build on it.',
      { path: '^connectors/sdk/' },
      { path: '^(connectors|mappings|server|scripts|web)/', pathNot: '^connectors/sdk/' },
    ),
    forbid(
      'connector-imports-sdk-only',
      'A connector imports #sdk and its own files. It is handed http, secrets and the clock, so that guard, time limits and redaction hold for every vendor.',
      { path: '^connectors/(?!sdk/)([^/]+)/' },
      { pathNot: ['^connectors/sdk/', '^connectors/$1/'] },
    ),
    forbid(
      'registry-lists-connectors',
      'connectors/registry.ts knows the connectors and #sdk, nothing else.',
      { path: '^connectors/[^/]+[.]ts$' },
      { path: '^(mappings|server|scripts|web)/' },
    ),
    forbid(
      'mappings-import-sdk-only',
      'Mappings know the events and forms of #sdk, and neither vendors nor the hub.',
      { path: '^mappings/' },
      { path: '^(connectors|server|scripts|web)/', pathNot: '^connectors/sdk/' },
    ),
    forbid(
      'server-reaches-connectors-by-registry',
      'The hub treats all vendors alike: it asks connectors/registry.ts.',
      { path: '^server/' },
      { path: '^connectors/', pathNot: ['^connectors/sdk/', '^connectors/registry[.]ts$'] },
    ),
    forbid(
      'web-talks-graphql-only',
      'The page knows the hub by its API: it imports its own files and packages, and nothing of the hub.',
      { path: '^web/' },
      { path: '^(server|connectors|mappings|scripts)/' },
    ),
    forbid(
      'nothing-imports-web',
      'The hub serves the built page as files; it does not know what is in it.',
      { path: '^(server|connectors|mappings)/' },
      { path: '^web/' },
    ),
    forbid(
      'ui-stands-alone',
      'web/ui holds the parts that pages are made of: they know neither pages nor the API.',
      { path: '^web/ui/' },
      { path: '^web/(app|pages|features|graphql)/' },
    ),
    forbid(
      'features-know-no-pages',
      'A feature is used by pages and never the other way round.',
      { path: '^web/(features|app)/', pathNot: '^web/app/routes[.]tsx$' },
      { path: '^web/pages/' },
    ),
    forbid(
      'nothing-imports-scripts',
      'What the hub needs does not live in scripts.',
      { pathNot: ['^scripts/', test] },
      { path: '^scripts/' },
    ),
    forbid(
      'embedded-store-is-a-guest',
      'The hub speaks to MongoDB. That one is built in is known to server/platform/mongo.ts alone.',
      { pathNot: ['^server/embedded-store/', '^server/platform/mongo[.]ts$', '^scripts/', test] },
      { path: '^server/embedded-store/' },
    ),
    forbid(
      'embedded-store-knows-no-hub',
      'The embedded store is a database: it imports nothing of the hub.',
      { path: '^server/embedded-store/' },
      { path: '^(server|connectors|mappings|scripts|web)/', pathNot: '^server/embedded-store/' },
    ),
    forbid(
      'use-cases-are-plain',
      'Use cases and pipeline steps are functions of their dependencies. express, graphql, agenda and mongoose live in app.ts, *.graphql.ts, *-store.ts and platform.',
      {
        path: '^server/',
        pathNot: [platform, '[.]graphql[.]ts$', '-(store|model|schema)[.]ts$', assembly, test],
      },
      {
        path: '(^|/)node_modules/(express|graphql|graphql-yoga|@pothos|agenda|@agendajs|mongoose)(/|$)',
      },
    ),
    forbid(
      'use-cases-know-no-edge',
      'A use case is called by GraphQL and the process; it never calls them.',
      {
        path: '^server/',
        pathNot: ['^server/graphql/', '[.]graphql[.]ts$', '^server/start[.]mjs$', assembly, test],
      },
      { path: '^server/graphql/|[.]graphql[.]ts$|^server/(app|main)[.]ts$' },
    ),
    forbid(
      'no-store-of-another-noun',
      'Call the use case of the other noun, or take its store from deps: only its own folder knows how it is kept.',
      { path: noun },
      { path: `${noun}[^/]+-store[.]ts$`, pathNot: '^server/$1/' },
    ),
    forbid(
      'production-packages-only',
      'The production image leaves development packages out.',
      { path: '^(server|connectors|mappings)/' },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Types count: a direction is a direction, whether or not anything is left of it at run time.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
}
