import { StoreError } from './errors.ts'
import { isDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import { baseScope, compile } from './expression.ts'
import { namesIn, scopeOf } from './expression-scope.ts'
import type { ExpressionContext, Scope } from './expression-scope.ts'
import { compileProjectStage } from './projection.ts'
import { addAction, addFields, excludeFields, joinedPath, newProjectionTree } from './projection-tree.ts'
import type { ProjectionTree } from './projection-tree.ts'
import { showValue } from './show-value.ts'
import { typeName } from './type-name.ts'

type Transform = (doc: Doc) => Doc
type Build = (operand: Value, base: Scope | undefined) => Transform

/** The stages that turn one document into one document; they serve pipelines and pipeline updates alike. */
export const documentStages: ReadonlyMap<string, Build> = new Map<string, Build>([
  ['$set', (operand, base) => setStage('$set', operand, base)],
  ['$addFields', (operand, base) => setStage('$addFields', operand, base)],
  ['$unset', unsetStage],
  ['$project', projectStage],
  ['$replaceRoot', replaceRootStage],
  ['$replaceWith', (operand, base) => replaceStage(operand, base)],
])

/** Splits `{ $stage: operand }`. @throws StoreError when it is not a document with exactly one field. */
export function stageOf(stage: Value): { name: string; operand: Value } {
  if (!isDoc(stage)) {
    throw new StoreError('TypeMismatch', "Each element of the 'pipeline' array must be an object")
  }
  const [name, second] = Object.keys(stage)
  if (name === undefined || second !== undefined) {
    throw new StoreError(40323, 'A pipeline stage specification object must contain exactly one field.')
  }
  return { name, operand: stage[name] ?? null }
}

/** Compiles a pipeline update. @throws StoreError InvalidOptions for a stage an update may not use. */
export function compileDocumentStages(stages: readonly Value[], context: ExpressionContext): Transform {
  const base = baseScope(context)
  const transforms = stages.map((stage) => {
    const { name, operand } = stageOf(stage)
    const build = documentStages.get(name)
    if (build) return build(operand, base)
    if (
      /^\$(match|group|sort|limit|skip|unwind|lookup|facet|count|out|merge|bucket|sample|unionWith)/.test(
        name,
      )
    ) {
      throw new StoreError('InvalidOptions', `${name} is not allowed to be used within an update`)
    }
    throw new StoreError(40324, `Unrecognized pipeline stage name: '${name}'`)
  })
  return (doc) => transforms.reduce((result, transform) => transform(result), doc)
}

function docOperand(stage: string, operand: Value, code: number): Doc {
  if (isDoc(operand)) return operand
  throw new StoreError(code, `${stage} specification stage must be an object, got ${typeName(operand)}`)
}

function projectStage(operand: Value, base: Scope | undefined): Transform {
  return compileProjectStage(docOperand('$project', operand, 15969), base)
}

function setStage(stage: string, operand: Value, base: Scope | undefined): Transform {
  const tree = newProjectionTree()
  const spec = docOperand(stage, operand, 40272)
  if (Object.keys(spec).length === 0) {
    throw new StoreError(51272, `Invalid ${stage} :: caused by :: specification must have at least one field`)
  }
  addComputed(tree, spec, '', base)
  return (doc) => addFields(tree, doc, scopeOf(doc, base))
}

/** A nested document without operators sets the fields inside, and leaves those beside them alone. */
function addComputed(tree: ProjectionTree, spec: Doc, parent: string, base: Scope | undefined): void {
  for (const key in spec) {
    const value = spec[key]
    if (value === undefined) continue
    const path = joinedPath(parent, key)
    const first = isDoc(value) ? Object.keys(value)[0] : undefined
    if (isDoc(value) && first !== undefined && !first.startsWith('$')) {
      addComputed(tree, value, path, base)
    } else {
      addAction(tree, path, { kind: 'compute', expression: compile(value, { declared: namesIn(base) }) })
    }
  }
}

function unsetStage(operand: Value): Transform {
  const tree = newProjectionTree()
  const paths = Array.isArray(operand) ? operand : [operand]
  if (paths.length === 0) {
    throw new StoreError(31119, '$unset specification must be a string or an array with at least one field')
  }
  for (const path of paths) {
    if (typeof path !== 'string') {
      throw new StoreError(
        31120,
        '$unset specification must be a string or an array containing only string values',
      )
    }
    addAction(tree, path, { kind: 'exclude' })
  }
  return (doc) => excludeFields(tree, doc, doc)
}

function replaceRootStage(operand: Value, base: Scope | undefined): Transform {
  const spec = docOperand('$replaceRoot', operand, 40229)
  const { newRoot } = spec
  if (newRoot === undefined) {
    throw new StoreError(40231, 'no newRoot specified for the $replaceRoot stage')
  }
  const extra = Object.keys(spec).find((key) => key !== 'newRoot')
  if (extra) throw new StoreError(40230, `unrecognized option to $replaceRoot stage: ${extra}`)
  return replaceStage(newRoot, base)
}

function replaceStage(operand: Value, base: Scope | undefined): Transform {
  const expression = compile(operand, { declared: namesIn(base) })
  return (doc) => {
    const result = expression(scopeOf(doc, base))
    if (isDoc(result)) return result
    throw new StoreError(
      40228,
      `'newRoot' expression must evaluate to an object, but resulting value was: ${showValue(result)}. ` +
        `Type of resulting value: '${typeName(result)}'.`,
    )
  }
}
