import { useEffect, useState } from 'react'

/** Where something is wrong, and what. `path` begins with the name of a field; anything else is about the whole. */
export interface FieldProblem {
  path: string
  message: string
}

export interface Form<Name extends string> {
  values: Record<Name, string>
  /** What a field of `ui/` wants to know. */
  field: (name: Name) => { value: string; onChange: (value: string) => void; problem: string | undefined }
  /** Puts each problem beside its field and goes to the first. Gives back those that belong to none. */
  show: (problems: readonly FieldProblem[]) => readonly FieldProblem[]
  /** Shows `message` at each of the fields that are empty; whether none is. */
  hasAll: (names: readonly Name[], message: string) => boolean
  /** Back to how it began. */
  clear: () => void
}

/** The texts that are typed into a form, and what is wrong with them. A problem goes when its field is changed. */
export function useForm<Name extends string>(initial: Record<Name, string>): Form<Name> {
  const [values, setValues] = useState(initial)
  const [problems, setProblems] = useState<readonly FieldProblem[]>([])
  useEffect(() => {
    if (problems.length > 0) document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus()
  }, [problems])

  const belongsTo = (name: string) => (problem: FieldProblem) => problem.path.split('.')[0] === name
  const show = (found: readonly FieldProblem[]) => {
    setProblems(found)
    return found.filter((problem) => !Object.keys(values).some((name) => belongsTo(name)(problem)))
  }
  return {
    values,
    show,
    field: (name) => ({
      value: values[name],
      problem: problems.find(belongsTo(name))?.message,
      onChange: (value) => {
        setValues({ ...values, [name]: value })
        if (problems.some(belongsTo(name))) setProblems(problems.filter((each) => !belongsTo(name)(each)))
      },
    }),
    hasAll: (names, message) => {
      const empty = names.filter((name) => values[name].trim() === '')
      show(empty.map((path) => ({ path, message })))
      return empty.length === 0
    },
    clear: () => {
      setValues(initial)
      setProblems([])
    },
  }
}
