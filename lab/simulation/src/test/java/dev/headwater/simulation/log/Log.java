package dev.headwater.simulation.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headwater.events.Topics;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** All topics of an installation, as {@link Topics} defines them. For one thread. */
public final class Log {
  private final Map<String, Topics.Definition> definitions = new HashMap<>();
  private final Map<TopicPartition, Partition> partitions = new LinkedHashMap<>();
  private final Map<String, Transaction> open = new HashMap<>();
  private final Map<String, Integer> writers = new HashMap<>();
  private final MessageDigest written = sha256();

  /** What became of the records of a transaction. */
  enum State {
    OPEN,
    COMMITTED,
    ABORTED
  }

  /** A transaction, and where it wrote. */
  static final class Transaction {
    State state = State.OPEN;
    final Set<Partition> wrote = new HashSet<>();
  }

  private record Slot(ConsumerRecord<byte[], byte[]> record, @Nullable Transaction in) {
    State state() {
      return in == null ? State.COMMITTED : in.state;
    }
  }

  private static final class Partition {
    private List<Slot> slots = new ArrayList<>();
    private long next;
    private int undecided;

    /** Returns the offset before which everything is decided. */
    private long stable() {
      if (undecided == 0) {
        return next;
      }
      for (Slot slot : slots) {
        if (slot.state() == State.OPEN) {
          return slot.record().offset();
        }
      }
      return next;
    }

    /** Returns where records from an offset on begin. */
    private int place(long offset) {
      int low = 0;
      int high = slots.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (slots.get(middle).record().offset() < offset) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }

  /** Creates the topics; those that are keyed have so many partitions. */
  public Log(int count) {
    for (Topics.Definition definition : Topics.DEFAULT.definitions(count)) {
      definitions.put(definition.name(), definition);
      for (int i = 0; i < definition.partitions(); i++) {
        partitions.put(new TopicPartition(definition.name(), i), new Partition());
      }
    }
  }

  /** Returns the partitions of some topics. */
  public List<TopicPartition> partitions(List<String> topics) {
    return partitions.keySet().stream().filter(p -> topics.contains(p.topic())).toList();
  }

  /** Appends a record; the time is the writer's. */
  TopicPartition append(
      ProducerRecord<byte[], byte[]> record, long nowMs, @Nullable Transaction in) {
    int count = definition(record.topic()).partitions();
    byte[] key = record.key();
    Integer asked = record.partition();
    int number = asked != null ? asked : Utils.toPositive(Utils.murmur2(key)) % count;
    TopicPartition at = new TopicPartition(record.topic(), number);
    Partition partition = partition(at);
    long timestampMs = record.timestamp() == null ? nowMs : record.timestamp();
    partition.slots.add(
        new Slot(
            new ConsumerRecord<>(
                record.topic(),
                number,
                partition.next++,
                timestampMs,
                TimestampType.CREATE_TIME,
                key.length,
                record.value() == null ? -1 : record.value().length,
                key,
                record.value(),
                new RecordHeaders(record.headers().toArray()),
                Optional.empty()),
            in));
    note(partition.slots.get(partition.slots.size() - 1).record());
    if (in != null && in.wrote.add(partition)) {
      partition.undecided++;
    }
    return at;
  }

  /** Returns a digest of all that was ever written, in the order in which it was. */
  public String digest() {
    try {
      return HexFormat.of().formatHex(((MessageDigest) written.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  private void note(ConsumerRecord<byte[], byte[]> record) {
    String where =
        "%s/%d@%d %d %s "
            .formatted(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                new String(record.key(), UTF_8));
    written.update(where.getBytes(UTF_8));
    for (Header header : record.headers()) {
      written.update(header.key().getBytes(UTF_8));
      written.update(header.value());
    }
    if (record.value() != null) {
      written.update(record.value());
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the offset behind all that was written, decided or not. */
  public long end(TopicPartition at) {
    return next(at);
  }

  long next(TopicPartition at) {
    return partition(at).next;
  }

  /** A writer of a name starts: it fences those before it and ends what they left open. */
  int fence(String writer) {
    Transaction left = open.remove(writer);
    if (left != null) {
      end(left, State.ABORTED);
    }
    return writers.merge(writer, 1, Integer::sum);
  }

  boolean isFenced(String writer, int number) {
    return writers.getOrDefault(writer, 0) != number;
  }

  Transaction begin(String writer) {
    Transaction begun = new Transaction();
    open.put(writer, begun);
    return begun;
  }

  /** Ends a transaction; the marker takes an offset in each partition. */
  void end(Transaction transaction, State state) {
    transaction.state = state;
    transaction.wrote.forEach(
        partition -> {
          partition.next++;
          partition.undecided--;
        });
    open.values().remove(transaction);
  }

  /** Returns committed records from an offset on, as far as everything is decided. */
  List<ConsumerRecord<byte[], byte[]>> read(TopicPartition at, long from, int max) {
    List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
    Partition partition = partition(at);
    for (int i = partition.place(from); i < partition.slots.size(); i++) {
      Slot slot = partition.slots.get(i);
      if (slot.state() == State.OPEN || read.size() == max) {
        break;
      }
      if (slot.state() == State.COMMITTED) {
        read.add(slot.record());
      }
    }
    return read;
  }

  /** Returns the offset up to which committed records can be read. */
  public long stableEnd(TopicPartition at) {
    return partition(at).stable();
  }

  /**
   * Returns the records of a topic that are committed and still there, in order of their
   * partitions.
   */
  public List<ConsumerRecord<byte[], byte[]>> all(String topic) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    partitions(List.of(topic)).forEach(at -> all.addAll(read(at, 0, Integer.MAX_VALUE)));
    return all;
  }

  /**
   * Takes away what a topic's policy lets go: of a compacted one, records before an offset that a
   * later one of their key stands behind, and tombstones that are old enough; of others, what is
   * older than the retention.
   */
  public void clean(String topic, long nowMs) {
    Map<String, String> config = definition(topic).config();
    boolean compacts = config.getOrDefault("cleanup.policy", "").startsWith("compact");
    long retentionMs =
        Long.parseLong(
            config.getOrDefault(compacts ? "delete.retention.ms" : "retention.ms", "-1"));
    long lagMs = Long.parseLong(config.getOrDefault("min.compaction.lag.ms", "0"));
    for (TopicPartition at : partitions(List.of(topic))) {
      Partition partition = partition(at);
      if (compacts) {
        compact(partition, nowMs - lagMs, nowMs - retentionMs);
      } else if (retentionMs >= 0) {
        partition.slots.removeIf(
            slot -> slot.state() != State.OPEN && slot.record().timestamp() < nowMs - retentionMs);
      }
    }
  }

  /** As brokers do: what is too young is not taken away, and takes nothing away either. */
  private static void compact(Partition partition, long cleanableMs, long tombstonesMs) {
    long end = partition.stable();
    Map<String, Long> last = new HashMap<>();
    for (Slot slot : partition.slots) {
      if (slot.record().timestamp() > cleanableMs) {
        end = Math.min(end, slot.record().offset());
      }
      if (slot.record().offset() < end && slot.state() == State.COMMITTED) {
        last.put(key(slot), slot.record().offset());
      }
    }
    List<Slot> kept = new ArrayList<>();
    for (Slot slot : partition.slots) {
      ConsumerRecord<byte[], byte[]> record = slot.record();
      boolean later =
          slot.state() == State.ABORTED
              || last.getOrDefault(key(slot), -1L) > record.offset()
              || (record.value() == null && record.timestamp() < tombstonesMs);
      if (record.offset() >= end || !later) {
        kept.add(slot);
      }
    }
    partition.slots = kept;
  }

  private static String key(Slot slot) {
    return new String(slot.record().key(), UTF_8);
  }

  private Topics.Definition definition(String topic) {
    Topics.Definition definition = definitions.get(topic);
    if (definition == null) {
      throw new IllegalArgumentException("no topic " + topic);
    }
    return definition;
  }

  private Partition partition(TopicPartition at) {
    Partition partition = partitions.get(at);
    if (partition == null) {
      throw new IllegalArgumentException("no partition " + at);
    }
    return partition;
  }
}
