import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { NotFound } from './NotFound.tsx'
import { PageFailed } from './PageFailed.tsx'
import { Root } from './Root.tsx'
import { Shell } from './Shell.tsx'

/*
 * Every page by its address. What is after the question mark is part of the page's state and is read here, so that a
 * page gets it typed; name every part, also as undefined: what is not named stays as it came. A page is loaded when somebody goes there.
 */
const root = createRootRoute({ component: Root, notFoundComponent: NotFound })
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('../pages/entrance/SignInPage.tsx'), 'SignInPage'),
  validateSearch: ({ to }): { to?: string } => ({ to: isOwnAddress(to) ? to : undefined }),
})
const setUp = createRoute({
  getParentRoute: () => root,
  path: '/set-up',
  component: lazyRouteComponent(() => import('../pages/entrance/SetUpPage.tsx'), 'SetUpPage'),
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
})

export const router = createRouter({
  routeTree: root.addChildren([signIn, setUp, shell.addChildren([home, connections])]),
  defaultErrorComponent: PageFailed,
  defaultPreload: 'intent',
  // Where one was on the way back, the top on the way forth.
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

/** A link can carry any address to go on to; only one of ours is followed. */
function isOwnAddress(address: unknown): address is string {
  return typeof address === 'string' && /^\/(?![\\/])/.test(address)
}
