/** Temporary credentials that were handed out. The secret key is needed to check signatures. */
export interface SessionRecord {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  /** `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`. */
  readonly principalArn: string
  readonly userId: string
  /** Engine time. */
  readonly expiresAt: number
}
