#!/usr/bin/env python3
"""publish.py BOOTSTRAP: publishes clicks, one JSON record a line of standard input; ends with 1 where one was not acknowledged."""

import json
import sys

from confluent_kafka import Producer

failures = []
producer = Producer({
    "bootstrap.servers": sys.argv[1],
    # As every Java client places keys. librdkafka's own default, consistent_random, hashes them by CRC32: a user's clicks would
    # lie in two partitions, and be read in any order. Plain murmur2 puts all records without a key into one partition.
    "partitioner": "murmur2_random",
    "enable.idempotence": True,
    "delivery.timeout.ms": 30000,
})
for line in sys.stdin:
    click = json.loads(line)
    producer.produce(
        "interactions",
        key=f"{click['domain']}/{click['user']}",
        value=json.dumps(click, ensure_ascii=False),
        on_delivery=lambda error, _: error and failures.append(error),
    )
    producer.poll(0)
left = producer.flush(60)
for error in failures[:5]:
    print(error, file=sys.stderr)
sys.exit(1 if failures or left else 0)
