/** Sizes and their share of the largest memory: GiB of a `t` class and of an `m` class. */
const BURSTABLE = ['micro', 'small', 'medium', 'large', 'xlarge', '2xlarge']
const STANDARD = ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge']

const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  t3: BURSTABLE,
  t4g: BURSTABLE,
  m5: STANDARD,
  m6g: STANDARD,
  m6i: STANDARD,
  m7g: STANDARD,
  m7i: STANDARD,
  m8g: STANDARD,
  r5: STANDARD,
  r6g: STANDARD,
  r6i: STANDARD,
  r7g: STANDARD,
  r7i: STANDARD,
  r8g: STANDARD,
}

/** The instance classes that PostgreSQL 16 may be ordered with; here all are the same machine. */
export const INSTANCE_CLASSES: readonly string[] = Object.entries(FAMILIES).flatMap(
  ([family, sizes]) => sizes.map((size) => `db.${family}.${size}`),
)
