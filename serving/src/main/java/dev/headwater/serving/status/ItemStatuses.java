package dev.headwater.serving.status;

import dev.headwater.client.answers.Denial;
import dev.headwater.client.answers.ItemStatus;
import dev.headwater.client.answers.Rejection;
import dev.headwater.events.Keys;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.Match;
import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.state.CatalogEntry;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.LiveRow;
import dev.headwater.serving.state.Rejections;
import dev.headwater.serving.state.RowState;
import dev.headwater.serving.state.View;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Puts item statuses together from catalog, rows and dead letters. Thread-safe. */
public final class ItemStatuses {
  private final Rejections rejections;

  /** Creates one that reads refusals from {@code rejections}. */
  public ItemStatuses(Rejections rejections) {
    this.rejections = rejections;
  }

  /** Returns the status of an item; one never heard of is {@code unknown}. */
  public ItemStatus of(Domain domain, String item) {
    int code = domain.ids().find(item);
    View view = domain.view();
    CatalogEntry entry = code == ItemIds.UNKNOWN ? null : domain.catalog(code);
    RowState row = view == null || code == ItemIds.UNKNOWN ? null : view.table().row(code);
    Rejection rejected = rejections.get(Keys.of(domain.name(), item));
    EmbeddingRow cold = row == null ? null : row.merged().cold();
    LiveRow live = row == null ? null : row.live();
    Denial denied = code == ItemIds.UNKNOWN ? null : domain.denial(code);
    boolean shown = view != null && live != null && domain.mayShow(view.table(), code);
    return new ItemStatus(
        domain.name(),
        item,
        denied == null ? state(entry, row, rejected, shown) : "denied",
        view == null ? null : view.model(),
        entry == null ? null : text(entry.title()),
        entry == null ? null : text(entry.brand()),
        entry == null ? null : entry.categories(),
        entry == null ? causedMs(cold) : Long.valueOf(entry.receivedMs()),
        entry == null || entry.deleted() ? null : Long.valueOf(entry.acceptedMs()),
        cold == null ? null : Long.valueOf(cold.getComputedMs()),
        cold == null ? null : Long.valueOf(cold.getPublishedMs()),
        live == null ? null : Long.valueOf(live.firstVisibleMs()),
        live == null ? null : row(live),
        cold == null || view == null ? null : matches(domain, view, cold),
        row == null ? null : row.refused(),
        rejected,
        denied);
  }

  private static @Nullable Long causedMs(@Nullable EmbeddingRow cold) {
    return cold == null ? null : Long.valueOf(cold.getCausedMs());
  }

  private static String state(
      @Nullable CatalogEntry entry,
      @Nullable RowState row,
      @Nullable Rejection rejected,
      boolean shown) {
    if (entry != null && entry.deleted()) {
      return "deleted";
    }
    if (entry != null && !entry.available()) {
      return "unavailable";
    }
    if (shown) {
      return "visible";
    }
    if (row != null && row.merged().winner() != null) {
      return row.refused() == null ? "published" : "refused";
    }
    if (entry != null) {
      return "received";
    }
    return rejected == null ? "unknown" : "rejected";
  }

  private static ItemStatus.Row row(LiveRow live) {
    EmbeddingRow row = live.row();
    return new ItemStatus.Row(
        row.getOrigin().name().toLowerCase(Locale.ROOT),
        new ItemStatus.Version(
            row.getVersion().getGeneration(),
            row.getVersion().getEpoch(),
            row.getVersion().getStep()),
        row.getInteractionsLearned(),
        row.getNewestEventId().isEmpty() ? null : row.getNewestEventId(),
        row.getNewestEventTimeMs() == 0 ? null : Long.valueOf(row.getNewestEventTimeMs()),
        row.getComputedMs(),
        row.getPublishedMs(),
        live.visibleMs());
  }

  private static @Nullable String text(String text) {
    return text.isEmpty() ? null : text;
  }

  private static List<ItemStatus.Match> matches(Domain domain, View view, EmbeddingRow cold) {
    return cold.getMatchesList().stream()
        .map(
            m ->
                new ItemStatus.Match(
                    m.getDomain(), m.getItem(), m.getWeight(), title(domain, view, m)))
        .toList();
  }

  private static @Nullable String title(Domain domain, View view, Match match) {
    if (!match.getDomain().equals(domain.name())) {
      return view.titles().title(match.getDomain(), match.getItem());
    }
    int code = domain.ids().find(match.getItem());
    CatalogEntry entry = code == ItemIds.UNKNOWN ? null : domain.catalog(code);
    return entry == null ? null : text(entry.title());
  }
}
