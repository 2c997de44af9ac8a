import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { NotFound } from './NotFound.tsx'
import { PageFailed } from './PageFailed.tsx'
import { Root } from './Root.tsx'
import { Shell } from './Shell.tsx'
import { mappingPlace } from '../features/mappings/place.ts'
import type { MappingPlace } from '../features/mappings/place.ts'
import type { RecipeSearch } from '../features/recipes/recipe.ts'
import type { DeliveriesSearch } from '../pages/deliveries/DeliveriesPage.tsx'
import type { EventsSearch } from '../pages/events/EventsPage.tsx'

/*
 * Every page by its address. What is after the question mark is part of the page's state and is read here, so that a
 * page gets it typed. */
const root = createRootRoute({ component: Root, notFoundComponent: NotFound })
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('../pages/entrance/SignInPage.tsx'), 'SignInPage'),
  validateSearch: ({ to, problem }): { to?: string; problem?: string } => ({
    ...ownAddress(to),
    ...text({ problem }),
  }),
})
const setUp = createRoute({
  getParentRoute: () => root,
  path: '/set-up',
  component: lazyRouteComponent(() => import('../pages/entrance/SetUpPage.tsx'), 'SetUpPage'),
})
const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('../pages/entrance/InvitationPage.tsx'), 'InvitationPage'),
})

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/home/HomePage.tsx'), 'HomePage'),
})

const connections = createRoute({
  getParentRoute: () => shell,
  path: '/connections',
  component: lazyRouteComponent(() => import('../pages/connections/ConnectionsPage.tsx'), 'ConnectionsPage'),
  validateSearch: ({ after }): { after?: string } => text({ after }),
})

const flows = createRoute({
  getParentRoute: () => shell,
  path: '/flows',
  component: lazyRouteComponent(() => import('../pages/flows/FlowsPage.tsx'), 'FlowsPage'),
  validateSearch: ({ after }): { after?: string } => text({ after }),
})
const flow = createRoute({
  getParentRoute: () => shell,
  path: '/flows/$flowId',
  component: lazyRouteComponent(() => import('../pages/flows/FlowPage.tsx'), 'FlowPage'),
  validateSearch: ({ open, ...rest }): { open?: string } & MappingPlace => ({
    ...text({ open }),
    ...mappingPlace(rest),
  }),
})
const flowHistory = createRoute({
  getParentRoute: () => shell,
  path: '/flows/$flowId/history',
  component: lazyRouteComponent(() => import('../pages/flows/FlowHistoryPage.tsx'), 'FlowHistoryPage'),
  validateSearch: ({ against }): { against?: number } =>
    typeof against === 'number' && against > 0 ? { against } : {},
})
const newFlow = createRoute({
  getParentRoute: () => shell,
  path: '/flows/new',
  component: lazyRouteComponent(() => import('../pages/flows/NewFlowPage.tsx'), 'NewFlowPage'),
  validateSearch: ({ recipe, name, q, from, to }): RecipeSearch & { recipe?: string; name?: string } =>
    text({ recipe, name, q, from, to }),
})
const mapping = createRoute({
  getParentRoute: () => shell,
  path: '/mappings/$mappingId',
  component: lazyRouteComponent(() => import('../pages/mappings/MappingPage.tsx'), 'MappingPage'),
  validateSearch: mappingPlace,
})
const events = createRoute({
  getParentRoute: () => shell,
  path: '/events',
  component: lazyRouteComponent(() => import('../pages/events/EventsPage.tsx'), 'EventsPage'),
  validateSearch: ({ view, connection, name, flow, state, person, days, after }): EventsSearch => ({
    ...text({ view, connection, name, flow, state, person, after }),
    ...period(days),
  }),
})
const event = createRoute({
  getParentRoute: () => shell,
  path: '/events/$eventId',
  component: lazyRouteComponent(() => import('../pages/events/EventPage.tsx'), 'EventPage'),
})
const deliveries = createRoute({
  getParentRoute: () => shell,
  path: '/deliveries',
  component: lazyRouteComponent(() => import('../pages/deliveries/DeliveriesPage.tsx'), 'DeliveriesPage'),
  validateSearch: ({ view, state, connection, flow, days, after }): DeliveriesSearch => ({
    ...text({ view, state, connection, flow, after }),
    ...period(days),
  }),
})
const receipts = createRoute({
  getParentRoute: () => shell,
  path: '/receipts',
  component: lazyRouteComponent(() => import('../pages/receipts/ReceiptsPage.tsx'), 'ReceiptsPage'),
  validateSearch: ({ after }): { after?: string } => text({ after }),
})
const receipt = createRoute({
  getParentRoute: () => shell,
  path: '/receipts/$receiptId',
  component: lazyRouteComponent(() => import('../pages/receipts/ReceiptPage.tsx'), 'ReceiptPage'),
})
const contacts = createRoute({
  getParentRoute: () => shell,
  path: '/contacts',
  component: lazyRouteComponent(() => import('../pages/contacts/ContactsPage.tsx'), 'ContactsPage'),
  validateSearch: ({ after, person }): { after?: string; person?: string } => text({ after, person }),
})
const reviews = createRoute({
  getParentRoute: () => shell,
  path: '/contacts/reviews',
  component: lazyRouteComponent(() => import('../pages/contacts/ReviewsPage.tsx'), 'ReviewsPage'),
  validateSearch: ({ after }): { after?: string } => text({ after }),
})
const contact = createRoute({
  getParentRoute: () => shell,
  path: '/contacts/$contactId',
  component: lazyRouteComponent(() => import('../pages/contacts/ContactPage.tsx'), 'ContactPage'),
})
const newConnection = createRoute({
  getParentRoute: () => shell,
  path: '/connections/new',
  component: lazyRouteComponent(
    () => import('../pages/connections/NewConnectionPage.tsx'),
    'NewConnectionPage',
  ),
  validateSearch: ({ q, to }): { q?: string; to?: string } => ({ ...text({ q }), ...ownAddress(to) }),
})
const newConnectionOfVendor = createRoute({
  getParentRoute: () => shell,
  path: '/connections/new/$vendor',
  component: lazyRouteComponent(
    () => import('../pages/connections/NewConnectionOfVendorPage.tsx'),
    'NewConnectionOfVendorPage',
  ),
  validateSearch: ({ to }) => ownAddress(to),
})
const connection = createRoute({
  getParentRoute: () => shell,
  path: '/connections/$id',
  component: lazyRouteComponent(() => import('../pages/connections/ConnectionPage.tsx'), 'ConnectionPage'),
  validateSearch: ({ to }) => ownAddress(to),
})

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyRouteComponent(() => import('../pages/settings/SettingsPage.tsx'), 'SettingsPage'),
})
const settingsStart = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: () => {
    // oxlint-disable-next-line typescript/only-throw-error -- how the router is told
    throw redirect({ to: '/settings/account', replace: true })
  },
})
const settingsAccount = createRoute({
  getParentRoute: () => settings,
  path: '/account',
  component: lazyRouteComponent(() => import('../pages/settings/AccountPage.tsx'), 'AccountPage'),
})
const settingsMembers = createRoute({
  getParentRoute: () => settings,
  path: '/members',
  component: lazyRouteComponent(() => import('../pages/settings/MembersPage.tsx'), 'MembersPage'),
})
const settingsTokens = createRoute({
  getParentRoute: () => settings,
  path: '/tokens',
  component: lazyRouteComponent(() => import('../pages/settings/TokensPage.tsx'), 'TokensPage'),
})
const settingsKeeping = createRoute({
  getParentRoute: () => settings,
  path: '/keeping',
  component: lazyRouteComponent(() => import('../pages/settings/KeepingPage.tsx'), 'KeepingPage'),
})
const settingsAudit = createRoute({
  getParentRoute: () => settings,
  path: '/audit',
  component: lazyRouteComponent(() => import('../pages/settings/AuditPage.tsx'), 'AuditPage'),
  validateSearch: ({ after }): { after?: string } => text({ after }),
})

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    setUp,
    invitation,
    shell.addChildren([
      flows,
      newFlow,
      flow,
      mapping,
      flowHistory,
      home,
      connections,
      newConnection,
      newConnectionOfVendor,
      connection,
      events,
      event,
      deliveries,
      receipts,
      receipt,
      contacts,
      reviews,
      contact,
      settings.addChildren([
        settingsStart,
        settingsAccount,
        settingsMembers,
        settingsTokens,
        settingsKeeping,
        settingsAudit,
      ]),
    ]),
  ]),
  defaultErrorComponent: PageFailed,
  defaultPreload: 'intent',
  // Where one was on the way back, the top on the way forth.
  scrollRestoration: true,
  // What no page asks for is no part of the address.
  search: { strict: true },
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

/**
 * Where to go on afterwards. A link can carry any address; only one of ours is followed, read as the browser will read
 * it: that drops tabs and line ends, and takes what begins with two slashes for the name of another host.
 */
function ownAddress(to: unknown): { to?: string } {
  const url = typeof to === 'string' && to.startsWith('/') ? URL.parse(to, location.origin) : null
  if (url?.origin !== location.origin || url.pathname.startsWith('//')) return {}
  return { to: url.pathname + url.search + url.hash }
}

/** What is text and not empty of what stands in the address. */
function text<Name extends string>(search: Record<Name, unknown>): Partial<Record<Name, string>> {
  const kept: Partial<Record<Name, string>> = {}
  for (const name in search) {
    const value = search[name]
    if (typeof value === 'string' && value !== '') kept[name] = value
  }
  return kept
}

/** As long as anything can be kept. */
const DAYS_MAX = 3_650

function period(days: unknown): { days?: number } {
  return typeof days === 'number' && Number.isInteger(days) && days >= 1 && days <= DAYS_MAX ? { days } : {}
}
