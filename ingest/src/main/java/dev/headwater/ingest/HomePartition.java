package dev.headwater.ingest;

import org.apache.kafka.common.utils.Utils;

/**
 * The partition where the Java clients put a key. Other clients hash otherwise (librdkafka CRC32),
 * so a record with the right key may stand in the wrong partition.
 */
record HomePartition(int partitions) {
  int of(byte[] key) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }
}
