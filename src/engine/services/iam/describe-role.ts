import type { Role } from '@aws-sdk/client-iam'
import { encodeDocument, tagList } from './checks.ts'
import type { RoleRecord } from './records.ts'

/** A role as GetRole shows it. */
export function describeRole(role: RoleRecord): Role {
  return {
    RoleName: role.name,
    RoleId: role.id,
    Path: role.path,
    Arn: role.arn,
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encodeDocument(role.trustPolicy),
    Description: role.description,
    MaxSessionDuration: role.maxSessionSeconds,
    Tags: tagList(role.tags),
    RoleLastUsed: {},
    PermissionsBoundary:
      role.permissionsBoundary === undefined
        ? undefined
        : {
            PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
            PermissionsBoundaryArn: role.permissionsBoundary,
          },
  }
}
