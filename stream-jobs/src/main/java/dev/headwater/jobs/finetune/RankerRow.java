package dev.headwater.jobs.finetune;

import com.google.protobuf.ByteString;
import dev.headwater.events.MergedRow;
import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.idp.rank.RankerCodec;
import dev.headwater.idp.rank.RankerPrior;
import dev.headwater.idp.rank.RankerState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The row of the domain's weights: learned, saved and sent by the shard that owns it, followed by
 * the others. As with items' rows, state yields to the topics. For one thread.
 */
final class RankerRow {
  private static final Logger LOG = LoggerFactory.getLogger(RankerRow.class);
  private static final long INTERVAL_MS = 5_000;

  private final DomainRanker ranker;
  private final FineTuneStats stats;
  private final boolean owned;
  private MergedRow known = MergedRow.EMPTY;
  private @Nullable RowVersion version;
  private @Nullable RowVersion ownVersion;
  private long rollbackRead;
  private RankerState sent = RankerState.of(RankerPrior.weights());
  private boolean restored;
  private boolean owed;
  private boolean loaded;
  private long sentMs;

  RankerRow(DomainRanker ranker, boolean owned, FineTuneStats stats) {
    this.ranker = ranker;
    this.owned = owned;
    this.stats = stats;
  }

  /** Tells whether the weights are learned here. */
  boolean isOwned() {
    return owned;
  }

  /**
   * Takes in a record of it.
   *
   * @param epoch of this attempt's own records
   */
  void onRow(RowRecord record, long epoch) {
    known = known.with(record);
    if (!loaded) {
      return;
    }
    EmbeddingRow top = known.highest();
    if (!owned) {
      adopt(top);
    } else if (record.kind() == RowRecord.Kind.ROLLBACK) {
      onRollback(record.row());
    } else if (record.kind() == RowRecord.Kind.TUNED && !isOurs(record.row(), epoch)) {
      owed = true; // the topic shall end with what stands
    }
  }

  /** As of items' rows: weights that went out under the new generation before are sent over. */
  private void onRollback(@Nullable EmbeddingRow back) {
    if (back == null || !back.equals(known.rolledBack())) {
      return;
    }
    RowVersion last = ownVersion;
    boolean overtaken =
        !back.equals(known.highest())
            || (last != null && MergedRow.VERSION_ORDER.compare(back.getVersion(), last) < 0);
    adopt(back);
    if (overtaken) {
      owed = true;
      sentMs = 0;
    }
  }

  private boolean isOurs(@Nullable EmbeddingRow row, long epoch) {
    return row != null
        && (row.getVersion().getEpoch() == epoch || row.getVersion().equals(version));
  }

  /** Ends loading: what stands in the topics and what was restored meet. */
  void endLoading() {
    loaded = true;
    EmbeddingRow top = known.standing();
    if (top == null) {
      owed = owned && restored;
    } else if (!owned || !restored || goesOn(top)) {
      adopt(top);
    } else {
      RankerState there = read(top);
      sent = there == null ? sent : there;
      owed = there == null || !top.getVersion().equals(version);
    }
    owed |= owned && !Objects.equals(top, known.highest()); // that one went out too early
  }

  private boolean goesOn(EmbeddingRow top) {
    EmbeddingRow back = known.rolledBack();
    if (back != null && back.getVersion().getGeneration() > rollbackRead) {
      return true;
    }
    RowVersion own = version;
    boolean higher = own == null || MergedRow.VERSION_ORDER.compare(top.getVersion(), own) > 0;
    RankerState there = read(top);
    return higher && there != null && there.weights().steps() >= ranker.state().weights().steps();
  }

  private void adopt(@Nullable EmbeddingRow row) {
    RankerState state = row == null ? RankerState.of(RankerPrior.weights()) : read(row);
    if (state == null) {
      owed = owned;
      return;
    }
    ranker.set(state);
    sent = state;
    version = row == null ? null : row.getVersion();
    rollbackRead = row == null ? 0 : MergedRow.rollbackRead(row);
    owed = false;
  }

  /** Returns null for weights that must not be used. */
  private static @Nullable RankerState read(EmbeddingRow row) {
    if (row.getRanker().isEmpty()) {
      return RankerState.of(RankerPrior.weights());
    }
    try {
      return RankerCodec.decode(row.getRanker().toByteArray());
    } catch (IllegalArgumentException e) {
      LOG.warn("weights of version {} are left out: {}", row.getVersion(), e.getMessage());
      return null;
    }
  }

  /** Goes on with weights learned under another bundle, after loading, if they know more. */
  void carry(RankerState state) {
    if (owned && state.weights().steps() > ranker.state().weights().steps()) {
      ranker.set(state);
      owed = true;
    }
  }

  /** Sends the weights if they changed and it is time. */
  void tick(long nowMs, Publisher publisher) {
    if (Elapsed.isOver(sentMs, nowMs, INTERVAL_MS)) {
      flush(nowMs, publisher);
    }
  }

  /** Sends the weights if they changed. */
  void flush(long nowMs, Publisher publisher) {
    RankerState now = ranker.state();
    if (!owned || (!owed && now.weights().steps() == sent.weights().steps())) {
      return;
    }
    if (now.weights().problem().isPresent()) {
      LOG.warn("weights set back: {}", now.weights().problem().get());
      stats.notFinite.increment();
      ranker.set(sent);
      return;
    }
    version =
        publisher.sendRanker(ByteString.copyFrom(RankerCodec.encode(now)), rollbackRead, nowMs);
    ownVersion = version;
    sent = now;
    sentMs = nowMs;
    owed = false;
  }

  /** Returns what a checkpoint keeps. */
  byte[] save(String bundleId) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(StateFormat.WRITTEN);
      out.writeUTF(bundleId);
      RowVersion own = version;
      out.writeBoolean(own != null);
      if (own != null) {
        out.writeLong(own.getGeneration());
        out.writeLong(own.getEpoch());
        out.writeLong(own.getStep());
      }
      if (StateFormat.keepsRollbackRead(StateFormat.WRITTEN)) {
        out.writeLong(rollbackRead);
      }
      out.write(RankerCodec.encode(ranker.state()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Takes what a checkpoint kept, before loading ends. */
  void restore(byte[] bytes, String bundleId) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int format = in.readByte();
      StateFormat.requireKnown("ranker", format);
      boolean same = in.readUTF().equals(bundleId);
      RowVersion saved =
          in.readBoolean()
              ? RowVersion.newBuilder()
                  .setGeneration(in.readLong())
                  .setEpoch(in.readLong())
                  .setStep(in.readLong())
                  .build()
              : null;
      long read = saved == null ? 0 : saved.getGeneration();
      read = StateFormat.keepsRollbackRead(format) ? in.readLong() : read;
      rollbackRead = same ? read : 0;
      ranker.set(RankerCodec.decode(in.readAllBytes()));
      version = same ? saved : null; // learned under another bundle: it goes on, and out anew
      restored = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
