package dev.headwater.serving.follow;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.Keys;
import dev.headwater.events.Topics;
import dev.headwater.events.Vectors;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.store.watch.AnnouncedState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Takes in the three embedding topics: the one writer of all model tables. */
public final class RowsHandler implements TopicFollower.Handler {
  private final Topics topics;
  private final Domains domains;
  private final TableMaker tables;
  private final FollowMetrics metrics;
  private final ViewSwitcher switcher;

  /** Makes the table of a model whose first row came in. */
  @FunctionalInterface
  public interface TableMaker {
    /** Makes an empty table. */
    ModelTable make(String model, int dim);
  }

  /** Creates one; {@code switcher} is asked on every tick whether a view is due. */
  public RowsHandler(
      Topics topics,
      Domains domains,
      TableMaker tables,
      FollowMetrics metrics,
      ViewSwitcher switcher) {
    this.topics = topics;
    this.domains = domains;
    this.tables = tables;
    this.metrics = metrics;
    this.switcher = switcher;
  }

  @Override
  public void onRecord(ConsumerRecord<byte[], byte[]> record) {
    try {
      Keys.RowKey key = Keys.parseRow(RecordKeys.text(record));
      if (Identifiers.isReserved(key.item())) {
        return; // neither a claim nor a heartbeat is a row
      }
      Domain domain = domains.follow(key.domain());
      EmbeddingRow row = record.value() == null ? null : EmbeddingRow.parseFrom(record.value());
      if (domain != null) {
        apply(domain, key, record, row);
      }
    } catch (RejectedRecordException | InvalidProtocolBufferException e) {
      metrics.onUndecodable(record.topic());
    }
  }

  private void apply(
      Domain domain,
      Keys.RowKey key,
      ConsumerRecord<byte[], byte[]> record,
      @Nullable EmbeddingRow row) {
    ModelTable table = table(domain, key.model(), row);
    if (table == null || isLate(domain, key, record, row)) {
      return;
    }
    int code = domain.ids().code(key.item());
    if (record.topic().equals(topics.coldStartRows())) {
      table.onCold(code, record.offset(), row);
    } else if (record.topic().equals(topics.fineTunedRows())) {
      table.onTuned(code, record.offset(), row);
    } else if (row != null) {
      table.onRollback(code, row);
    }
  }

  /** A trainer that has not heard of a rollback goes on for a moment: its rows are left out. */
  private boolean isLate(
      Domain domain,
      Keys.RowKey key,
      ConsumerRecord<byte[], byte[]> record,
      @Nullable EmbeddingRow row) {
    AnnouncedState announced = domain.announced();
    if (row == null
        || announced == null
        || !announced.modelVersion().equals(key.model())
        || !record.topic().equals(topics.fineTunedRows())) {
      return false;
    }
    long generation = row.getVersion().getGeneration();
    boolean late = announced.fences().isLate(generation, record.partition(), record.offset());
    if (late) {
      metrics.onRefused(row, "late_generation");
    }
    return late;
  }

  private @Nullable ModelTable table(Domain domain, String model, @Nullable EmbeddingRow row) {
    ModelTable known = domain.model(model);
    if (known != null || row == null || !row.hasVector()) {
      return known;
    }
    int dim = Vectors.dim(row.getVector());
    return domain.model(model, name -> tables.make(name, dim));
  }

  @Override
  public void onCaughtUp() {
    domains.rowsLoaded();
    domains.all().forEach(ViewSwitcher::encodeBehind);
  }

  @Override
  public void onTick() {
    for (Domain domain : domains.all()) {
      domain.models().forEach(ModelTable::tick);
    }
    switcher.tick();
  }
}
