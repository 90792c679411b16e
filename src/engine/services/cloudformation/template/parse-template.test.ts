import { expect, test } from 'vitest'
import { checkTemplate } from './check-template.ts'
import { parseTemplate } from './parse-template.ts'
import { typeCatalogue } from '../resources/registry.ts'

const TOPIC = { Type: 'AWS::SNS::Topic' }

function check(template: object): void {
  checkTemplate(parseTemplate(JSON.stringify(template)), typeCatalogue)
}

test('reads the short forms of intrinsic functions in YAML', () => {
  const { resources } = parseTemplate(`
AWSTemplateFormatVersion: 2010-09-09
Conditions:
  Big: !Equals [!Ref Size, big]
  Small: !Not [!Condition Big]
Resources:
  Topic:
    Type: AWS::SNS::Topic
    DependsOn: Other
    Properties:
      TopicName: !Sub '\${AWS::StackName}-x'
      DisplayName: !If [Big, !GetAtt Other.Arn.Deep, !Join [',', [a, !Ref B]]]
      Tags: &tags
        - {Key: Version, Value: 2012-10-17}
  Other:
    Type: AWS::SNS::Topic
    Properties: {Tags: *tags, FifoTopic: yes}
`)
  expect(resources['Topic']?.dependsOn).toEqual(['Other'])
  expect(resources['Topic']?.properties).toEqual({
    TopicName: { 'Fn::Sub': '${AWS::StackName}-x' },
    DisplayName: {
      'Fn::If': [
        'Big',
        { 'Fn::GetAtt': ['Other', 'Arn.Deep'] },
        { 'Fn::Join': [',', ['a', { Ref: 'B' }]] },
      ],
    },
    Tags: [{ Key: 'Version', Value: '2012-10-17' }],
  })
  expect(resources['Other']?.properties['Tags']).toEqual([{ Key: 'Version', Value: '2012-10-17' }])
})

test.each([
  ['{"Resources": {}', 'Template format error: JSON not well-formed. (line 1, column 17)'],
  ['Resources: [}', 'Template format error: YAML not well-formed. (line 1, column 13)'],
  ['just text', 'Template format error: unsupported structure.'],
  ['{}', 'Template format error: At least one Resources member must be defined.'],
  ['{"Resource": {}}', 'Invalid template property or properties [Resource]'],
  [
    '{"AWSTemplateFormatVersion": "2012-10-17", "Resources": {}}',
    'Template format error: Template format version not supported.',
  ],
  [
    '{"Resources": {"A": {}}}',
    'Template format error: [/Resources/A] Every Resources object must contain a Type member.',
  ],
  [
    '{"Resources": {"A-b": {"Type": "AWS::SNS::Topic"}}}',
    'Template format error: Resource name A-b is non alphanumeric.',
  ],
  [
    '{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"X": {}}}',
    'Template format error: Every Outputs member must contain a Value object',
  ],
])('refuses %s as AWS does', (body, message) => {
  expect(() => parseTemplate(body)).toThrow(message)
})

test.each([
  [
    { Resources: { A: { Type: 'AWS::Nope::Thing' }, B: { Type: 'My::Own::Type' } } },
    'Template format error: Unrecognized resource types: [AWS::Nope::Thing, My::Own::Type]',
  ],
  [
    { Resources: { A: { ...TOPIC, Properties: { TopicName: { Ref: 'Missing' } } } } },
    'Template format error: Unresolved resource dependencies [Missing] ' +
      'in the Resources block of the template',
  ],
  [
    { Resources: { A: { ...TOPIC, DependsOn: 'Gone' } } },
    'Template format error: Unresolved resource dependencies [Gone] ' +
      'in the Resources block of the template',
  ],
  [
    { Resources: { A: TOPIC }, Outputs: { X: { Value: { Ref: 'B' } } } },
    'Template format error: Unresolved resource dependencies [B] ' +
      'in the Outputs block of the template',
  ],
  [
    { Resources: { A: TOPIC }, Outputs: { X: { Value: { 'Fn::GetAtt': ['A', 'Nope'] } } } },
    'Template error: resource A does not support attribute type Nope in Fn::GetAtt',
  ],
  [
    {
      Resources: { A: { ...TOPIC, Properties: { TopicName: { 'Fn::If': ['C', 'a', 'b'] } } } },
    },
    'Template format error: Unresolved condition dependency C in the Resources block',
  ],
])('finds what is wrong with %j', (template, message) => {
  expect(() => check(template)).toThrow(message)
})

test('keeps to the size that AWS takes', () => {
  const body = JSON.stringify({ Resources: { A: TOPIC }, Description: 'x'.repeat(51_200) })
  expect(() => parseTemplate(body)).toThrow('less than or equal to 51200')
})
