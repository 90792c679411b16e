/** `jwt-secret` → `JwtSecret`: how a name appears in logical ids. */
export function pascal(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => part !== '')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('')
}

/** `main-db` → `MAIN_DB`: how a name appears in variables. */
export function constant(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase()
}
