// Prints a token for the user that the first argument names.
import { tokenFor } from './tokens.ts'

console.log(tokenFor(process.argv[2] ?? 'ann', Date.now()))
