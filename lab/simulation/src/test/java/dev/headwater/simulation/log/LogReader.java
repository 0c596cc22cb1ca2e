package dev.headwater.simulation.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads some topics in order of their offsets, and their partitions in any order. What was taken
 * away before it came by is not read. For one thread.
 */
public final class LogReader {
  private final Log log;
  private final List<TopicPartition> partitions;
  private final Map<TopicPartition, Long> positions = new HashMap<>();

  /**
   * Begins at the given offsets by {@code topic/partition}, elsewhere at the first record there is.
   */
  public LogReader(Log log, List<String> topics, Map<String, Long> from) {
    this.log = log;
    partitions = log.partitions(topics);
    for (TopicPartition at : partitions) {
      positions.put(at, from.getOrDefault(at.topic() + "/" + at.partition(), 0L));
    }
  }

  /** Returns at most so many records of one partition that has any, chosen at random. */
  public List<ConsumerRecord<byte[], byte[]>> poll(int max, Random random) {
    int first = random.nextInt(partitions.size());
    for (int i = 0; i < partitions.size(); i++) {
      TopicPartition at = partitions.get((first + i) % partitions.size());
      List<ConsumerRecord<byte[], byte[]>> read = log.read(at, position(at), max);
      if (!read.isEmpty()) {
        positions.put(at, read.get(read.size() - 1).offset() + 1);
        return read;
      }
    }
    return List.of();
  }

  /** Returns all that there is, partition by partition. */
  public List<ConsumerRecord<byte[], byte[]>> pollAll() {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    for (TopicPartition at : partitions) {
      all.addAll(log.read(at, position(at), Integer.MAX_VALUE));
      positions.merge(at, log.stableEnd(at), Math::max);
    }
    return all;
  }

  /** Returns the next offset to read of each {@code topic/partition}. */
  public Map<String, Long> offsets() {
    Map<String, Long> offsets = new TreeMap<>();
    positions.forEach((at, next) -> offsets.put(at.topic() + "/" + at.partition(), next));
    return offsets;
  }

  /**
   * Tells whether all that stands before these offsets is decided and read; those of other topics
   * are passed over.
   */
  public boolean hasRead(Map<TopicPartition, Long> ends) {
    return partitions.stream().allMatch(at -> hasRead(at, ends.getOrDefault(at, 0L)));
  }

  private boolean hasRead(TopicPartition at, long end) {
    List<ConsumerRecord<byte[], byte[]>> next = log.read(at, position(at), 1);
    return log.stableEnd(at) >= end && (next.isEmpty() || next.get(0).offset() >= end);
  }

  private long position(TopicPartition at) {
    return positions.getOrDefault(at, 0L);
  }
}
