#!/usr/bin/python3
"""publish BOOTSTRAP TOPIC: one record a line of standard input, KEY TAB VALUE; ends when all are acknowledged, with 1 where one is not."""
import sys

from confluent_kafka import Producer

bootstrap, topic = sys.argv[1:]
failures = []
# Java's own partitioner hashes keys by murmur2; librdkafka's default does not, and a user's clicks would lie in two partitions.
producer = Producer({"bootstrap.servers": bootstrap, "partitioner": "murmur2_random", "enable.idempotence": True,
                     "delivery.timeout.ms": 30000})
count = 0
for line in sys.stdin:
    key, value = line.rstrip("\n").split("\t", 1)
    producer.produce(topic, key=key, value=value or None, on_delivery=lambda error, _: error and failures.append(error))
    producer.poll(0)
    count += 1
left = producer.flush(60)
print(f"{count - left - len(failures)} of {count} acknowledged")
for error in failures[:5]:
    print(error, file=sys.stderr)
sys.exit(1 if failures or left else 0)
