package dev.headwater.jobs.finetune;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.headwater.events.Vectors;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.kafka.OutRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides which changed rows go out. Each at most once an interval; rows that learned a click
 * before those that only moved; among them new rows first, then the largest relative change. While
 * the budget binds, a row that moved less than the threshold waits, up to a maximum age: sending
 * every small movement would leave no room for the large ones. For one thread.
 */
final class Publisher {
  /** Rows looked at in one tick: with a tick every 20 ms, all of a large table in seconds. */
  private static final int SCAN = 512;

  /**
   * A row that only moved is looked at about so often: two hundred domains of five hundred rows,
   * each of them looked at with every tick, took two thirds of the owner's time.
   */
  private static final long LOOK_MS = 1_000;

  private final DomainModel model;
  private final String encoderId;
  private final FineTuneConfig.Publish config;
  private final long intervalMs;
  private final RowTable rows;
  private final Tables tables;
  private final FineTuneStats stats;
  private final Consumer<OutRecord> out;
  private final Consumer<Row> broken;
  private final RowTracing tracing;
  private final String topic;
  private final long epoch;
  private final Deque<Row> clicked = new ArrayDeque<>();
  private final Deque<Row> drifted = new ArrayDeque<>();
  private long step;
  private double tokens;
  private long refilledMs;

  /** Where rows go, what becomes of one that cannot, and what makes spans of those that do. */
  record Outputs(String topic, Consumer<OutRecord> out, Consumer<Row> broken, RowTracing tracing) {
    /** Outputs that make no spans. */
    Outputs(String topic, Consumer<OutRecord> out, Consumer<Row> broken) {
      this(topic, out, broken, RowTracing.OFF);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // A carrier, never compared.
  private record Candidate(Row row, float[] vector, double change) {}

  Publisher(
      FineTuneConfig config,
      String encoderId,
      RowTable rows,
      Tables tables,
      FineTuneStats stats,
      Outputs ports,
      long epoch) {
    this.model = config.model();
    this.encoderId = encoderId;
    this.config = config.settings().publish();
    this.intervalMs = this.config.interval().toMillis();
    this.rows = rows;
    this.tables = tables;
    this.stats = stats;
    this.tracing = ports.tracing();
    this.topic = ports.topic();
    this.out = ports.out();
    this.broken = ports.broken();
    this.epoch = epoch;
  }

  /** The epoch under which rows go out. */
  long epoch() {
    return epoch;
  }

  /** A row changed: it goes out when its turn comes. */
  void changed(Row row, long nowMs) {
    row.changed(nowMs);
    if (row.urgent && !row.inClicked) {
      enqueue(row, true);
    } else if (!row.urgent && !row.inClicked && !row.inDrifted) {
      enqueue(row, false);
    }
  }

  private void enqueue(Row row, boolean toClicked) {
    if (toClicked) {
      row.inClicked = true;
      clicked.addLast(row);
    } else {
      row.inDrifted = true;
      drifted.addLast(row);
    }
  }

  private Row dequeue(boolean fromClicked) {
    Row row = (fromClicked ? clicked : drifted).removeFirst();
    if (fromClicked) {
      row.inClicked = false;
    } else {
      row.inDrifted = false;
    }
    return row;
  }

  /** Since when the oldest row that learned a click waits, {@link Long#MAX_VALUE} for none. */
  long oldestClickedMs() {
    long oldest = Long.MAX_VALUE;
    for (Row row : clicked) {
      if (isDirty(row) && row.changedMs < oldest) {
        oldest = row.changedMs;
      }
    }
    return oldest;
  }

  int waiting() {
    return clicked.size() + drifted.size();
  }

  /** Sends what is due. */
  void tick(long nowMs) {
    double capacity = config.rowsPerSecond() / 4.0;
    long passedMs = Elapsed.since(refilledMs, nowMs);
    tokens = Math.min(capacity, tokens + passedMs * config.rowsPerSecond() / 1000.0);
    refilledMs = nowMs;
    boolean binding = tokens < capacity / 2;
    send(true, SCAN, nowMs, binding);
    double looks = Math.ceil(drifted.size() * (double) Math.min(passedMs, LOOK_MS) / LOOK_MS);
    send(false, (int) Math.min(SCAN, looks), nowMs, true);
  }

  /** Sends every changed row, at the end of a bounded run. */
  void flush(long nowMs) {
    for (boolean which : new boolean[] {true, false}) {
      for (int left = queue(which).size(); left > 0; left--) {
        Row row = dequeue(which);
        if (isDirty(row)) {
          send(new Candidate(row, tables.working(row.slot), 0), nowMs);
        }
      }
    }
  }

  private Deque<Row> queue(boolean which) {
    return which ? clicked : drifted;
  }

  private void send(boolean which, int most, long nowMs, boolean binding) {
    int scan = Math.min(queue(which).size(), most);
    List<Candidate> due = new ArrayList<>();
    for (int i = 0; i < scan && tokens >= 1; i++) {
      Row row = dequeue(which);
      if (!isDirty(row)) {
        continue;
      }
      Candidate candidate =
          Elapsed.isOver(row.lastSentMs, nowMs, intervalMs) ? consider(row, nowMs, binding) : null;
      if (candidate == null) {
        enqueue(row, which);
      } else {
        due.add(candidate);
      }
    }
    due.sort(
        Comparator.comparing((Candidate c) -> c.row().version != null)
            .thenComparing(Comparator.comparingDouble(Candidate::change).reversed()));
    for (Candidate candidate : due) {
      if (tokens < 1) {
        enqueue(candidate.row(), which);
      } else {
        tokens--;
        send(candidate, nowMs);
      }
    }
  }

  private @Nullable Candidate consider(Row row, long nowMs, boolean binding) {
    float[] vector = tables.working(row.slot);
    double change = relativeChange(row.published, vector);
    boolean old =
        Elapsed.isOver(row.changedMs, nowMs, row.urgent ? config.ageMax() : config.driftAgeMax());
    boolean due = change >= config.threshold() || old || (row.urgent && !binding);
    return due ? new Candidate(row, vector, change) : null;
  }

  private static double relativeChange(float[] from, float[] to) {
    double difference = 0;
    double length = 0;
    for (int i = 0; i < from.length; i++) {
      double d = to[i] - from[i];
      difference += d * d;
      length += from[i] * from[i];
    }
    return length == 0 ? Double.MAX_VALUE : Math.sqrt(difference / length);
  }

  private boolean isDirty(Row row) {
    return row.changedMs > 0 && !row.ended;
  }

  private void send(Candidate candidate, long nowMs) {
    Row row = candidate.row();
    if (!Vectors.isFinite(candidate.vector())) {
      broken.accept(row);
      return;
    }
    RowVersion version = nextVersion();
    EmbeddingRow message =
        EmbeddingRow.newBuilder()
            .setDomain(model.domain())
            .setModel(model.bundleId())
            .setItem(row.item)
            .setIncarnation(row.incarnation)
            .setBeganMs(row.beganMs)
            .setRevision(row.revision)
            .setVersion(version)
            .setOrigin(EmbeddingRow.Origin.FINE_TUNED)
            .setEncoderId(encoderId)
            .setBundleId(model.bundleId())
            .setVector(Vectors.fp32(candidate.vector()))
            .setCounts(UnsafeByteOperations.unsafeWrap(rows.counting().encode(row)))
            .setInteractionsLearned(row.interactions)
            .setClicksRead(row.clicksRead + row.replays)
            .setCountedNewest(row.countedNewest)
            .setRollbackRead(row.rollbackRead)
            .setNewestEventId(row.newestEventId)
            .setNewestEventTimeMs(row.newestEventTimeMs)
            .setCausedMs(row.causedMs())
            .setComputedMs(row.changedMs)
            .setPublishedMs(nowMs)
            .build();
    OutRecord record = OutRecord.of(topic, model.rowKey(row.item), message.toByteArray());
    out.accept(tracing.sent(record, row));
    stats.published.increment();
    if (row.oldestClickMs > 0) {
      stats.clickToRowMs.add(nowMs - row.oldestClickMs);
    }
    row.sent(version, candidate.vector(), nowMs);
    row.ownVersion = version;
    tables.published().set(row.slot, candidate.vector());
  }

  /** Sends the weights of the domain's ranker; returns their version. */
  RowVersion sendRanker(ByteString weights, long rollbackRead, long nowMs) {
    RowVersion version = nextVersion();
    EmbeddingRow message =
        EmbeddingRow.newBuilder()
            .setDomain(model.domain())
            .setModel(model.bundleId())
            .setItem(Identifiers.RANKER_ITEM)
            .setVersion(version)
            .setOrigin(EmbeddingRow.Origin.FINE_TUNED)
            .setBundleId(model.bundleId())
            .setRanker(weights)
            .setRollbackRead(rollbackRead)
            .setComputedMs(nowMs)
            .setPublishedMs(nowMs)
            .build();
    out.accept(OutRecord.of(topic, model.rowKey(Identifiers.RANKER_ITEM), message.toByteArray()));
    return version;
  }

  private RowVersion nextVersion() {
    return RowVersion.newBuilder()
        .setGeneration(rows.generation())
        .setEpoch(epoch)
        .setStep(++step)
        .build();
  }

  /** Sends the tombstone of a row that ended. */
  void sendTombstone(String item) {
    out.accept(OutRecord.tombstone(topic, model.rowKey(item)));
  }

  /** The same for a row that ended while the job was down, unless the item began again. */
  void sendTombstoneOfEnded(String item) {
    if (rows.get(item) == null) {
      sendTombstone(item);
    }
  }
}
