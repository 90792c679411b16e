"""Calls that the AWS CLI hides: paginators, waiters, typed errors, connections kept alive."""

import datetime
import json
import threading

import boto3

now = datetime.datetime.now(datetime.timezone.utc)

logs = boto3.client("logs")
for i in range(60):
    logs.create_log_group(logGroupName=f"/many/{i:02}")
pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix="/many/")
groups = [group["logGroupName"] for page in pages for group in page["logGroups"]]
assert groups == [f"/many/{i:02}" for i in range(60)], groups
try:
    logs.create_log_group(logGroupName="/many/00")
    raise AssertionError("the group was made twice")
except logs.exceptions.ResourceAlreadyExistsException as error:
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert error.response["ResponseMetadata"]["RequestId"]

cloudwatch = boto3.client("cloudwatch")
cloudwatch.put_metric_data(
    Namespace="Shop",
    MetricData=[{"MetricName": "Orders", "Timestamp": now, "Values": [1, 2], "Counts": [3, 1]}],
)
statistics = cloudwatch.get_metric_statistics(
    Namespace="Shop",
    MetricName="Orders",
    StartTime=now - datetime.timedelta(minutes=10),
    EndTime=now + datetime.timedelta(minutes=10),
    Period=60,
    Statistics=["Sum", "SampleCount"],
)
(point,) = statistics["Datapoints"]
assert (point["Sum"], point["SampleCount"]) == (5, 4), point
assert abs(point["Timestamp"] - now) < datetime.timedelta(minutes=2), point

stacks = boto3.client("cloudformation")
template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
stacks.create_stack(StackName="topic", TemplateBody=json.dumps(template))
stacks.get_waiter("stack_create_complete").wait(StackName="topic", WaiterConfig={"Delay": 1})
(stack,) = stacks.describe_stacks(StackName="topic")["Stacks"]
assert stack["StackStatus"] == "CREATE_COMPLETE"
assert abs(stack["CreationTime"] - now) < datetime.timedelta(minutes=2), stack

ec2 = boto3.resource("ec2")
(vpc,) = ec2.vpcs.all()
group = vpc.create_security_group(GroupName="web", Description="web & more; [1] $5")
group.authorize_ingress(IpProtocol="tcp", FromPort=80, ToPort=80, CidrIp="0.0.0.0/0")
group.reload()
assert group.description == "web & more; [1] $5"
assert group.ip_permissions[0]["FromPort"] == 80

ecs = boto3.client("ecs")
threads = [
    threading.Thread(target=ecs.create_cluster, kwargs={"clusterName": f"cluster-{i}"})
    for i in range(20)
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
pages = ecs.get_paginator("list_clusters").paginate(PaginationConfig={"PageSize": 7})
arns = [arn for page in pages for arn in page["clusterArns"]]
assert len(set(arns)) == len(arns) == 20, arns

sts = boto3.client("sts")
session = sts.get_session_token()["Credentials"]
temporary = boto3.client(
    "sts",
    aws_access_key_id=session["AccessKeyId"],
    aws_secret_access_key=session["SecretAccessKey"],
    aws_session_token=session["SessionToken"],
)
assert temporary.get_caller_identity()["Arn"].endswith(":root")
print("done")
