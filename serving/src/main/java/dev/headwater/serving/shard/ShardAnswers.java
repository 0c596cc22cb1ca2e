package dev.headwater.serving.shard;

import com.google.protobuf.ByteString;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.ItemCountsCodec;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.rank.EvidenceBook;
import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.items.Slice;
import dev.headwater.serving.shard.wire.FindRequest;
import dev.headwater.serving.shard.wire.Found;
import dev.headwater.serving.shard.wire.Known;
import dev.headwater.serving.shard.wire.KnownItem;
import dev.headwater.serving.shard.wire.KnownRequest;
import dev.headwater.serving.shard.wire.LinkedItem;
import dev.headwater.serving.shard.wire.TableName;
import dev.headwater.serving.shard.wire.TextLink;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.Experts;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.state.PinnedTable;
import dev.headwater.serving.state.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What this node says of the items that it holds, to whoever makes an answer. Thread-safe. */
public final class ShardAnswers {
  private static final double WHOLE = 0.95;

  private final Domains domains;
  private final Slice slice;

  /**
   * Creates it.
   *
   * @param domains the state
   * @param slice what this node holds
   */
  public ShardAnswers(Domains domains, Slice slice) {
    this.domains = domains;
    this.slice = slice;
  }

  /** The table that was asked for and the domain that it belongs to. */
  private record Place(Domain domain, ModelTable table) {}

  /**
   * Tells what is known of items.
   *
   * @throws NotHereException when the table is not here
   */
  public Known known(KnownRequest request) {
    Place place = place(request.getTable());
    Known.Builder known = Known.newBuilder();
    int counted = request.getCounted() == 0 ? Integer.MAX_VALUE : request.getCounted();
    for (int i = 0; i < request.getItemsCount(); i++) {
      boolean withCounts = request.getWithCounts() && i < counted;
      int code = place.domain().ids().find(request.getItems(i));
      known.addItems(item(place, code, request.getWithVectors(), withCounts));
    }
    Experts experts = place.table().experts();
    if (experts != null) {
      known.setTick(experts.book().tick());
      for (String item : request.getLinkedList()) {
        known.addLinked(linked(place.domain(), experts.book(), item));
      }
    }
    return known.build();
  }

  private static KnownItem item(Place place, int code, boolean withVector, boolean withCounts) {
    if (code == ItemIds.UNKNOWN) {
      return KnownItem.getDefaultInstance();
    }
    Experts experts = place.table().experts();
    KnownItem.Builder item = KnownItem.newBuilder().setKnown(true);
    item.setExists(experts == null ? place.table().isLive(code) : experts.book().exists(code));
    item.setRevision(experts == null ? NearTexts.ANY : experts.book().links().revision(code));
    if (withVector) {
      float[] vector = new float[place.table().vectors().dim()];
      if (place.table().vectors().readItem(code, vector)) {
        item.setVector(Floats.bytes(vector));
      }
    }
    ItemCounts counts = withCounts && experts != null ? experts.book().counts(code) : null;
    if (counts != null) {
      item.setCounts(ByteString.copyFrom(ItemCountsCodec.encode(counts, place.domain().ids()::id)));
    }
    return item.build();
  }

  /** Of items that are not held here nobody here knows whether they exist, or by which text. */
  private LinkedItem linked(Domain domain, EvidenceBook book, String item) {
    int code = domain.ids().find(item);
    if (code == ItemIds.UNKNOWN) {
      return LinkedItem.getDefaultInstance();
    }
    List<TextLink> links = new ArrayList<>();
    book.links()
        .each(
            code,
            each -> book.exists(each) || !slice.holds(domain.name(), domain.ids().id(each)),
            (other, cosine, own, others) ->
                links.add(
                    TextLink.newBuilder()
                        .setItem(domain.ids().id(other))
                        .setCosine(cosine)
                        .setOwnRevision(own)
                        .setRevision(others)
                        .build()));
    links.sort(
        Comparator.comparing((TextLink each) -> -each.getCosine())
            .thenComparing(TextLink::getItem));
    return LinkedItem.newBuilder().addAllLinks(nearest(links)).build();
  }

  /** Of each text that the item had, for only its owner knows which one it has. */
  private static List<TextLink> nearest(List<TextLink> sorted) {
    Map<Integer, Integer> told = new HashMap<>();
    return sorted.stream()
        .filter(
            each -> told.merge(each.getOwnRevision(), 1, Integer::sum) <= 2 * NearTexts.CAPACITY)
        .toList();
  }

  /**
   * Finds what may be answered, and tells what is known of it.
   *
   * @throws NotHereException when the table is not here
   */
  public Found find(FindRequest request) {
    Place place = place(request.getTable());
    return new Finding(place.domain(), place.table(), request).found();
  }

  private Place place(TableName name) {
    Domain domain = domains.find(name.getDomain());
    ModelTable table = domain == null ? null : table(domain, name);
    if (domain == null || table == null) {
      throw new NotHereException(
          "no table of model %s for domain %s here, version %d"
              .formatted(name.getModel(), name.getDomain(), name.getPinned()));
    }
    return new Place(domain, table);
  }

  private static @Nullable ModelTable table(Domain domain, TableName name) {
    if (name.getPinned() == 0) {
      ModelTable live = domain.model(name.getModel());
      return live != null && isWhole(domain, live) ? live : null;
    }
    return domain.held().stream()
        .map(PinnedTable::table)
        .filter(table -> table.model().equals(name.getModel()))
        .filter(table -> table.version() == name.getPinned())
        .findFirst()
        .orElse(null);
  }

  /** Beside the table that answers are made from another one fills by and by. */
  private static boolean isWhole(Domain domain, ModelTable table) {
    View present = domain.view();
    return present == null
        || present.model().equals(table.model())
        || table.vectors().size() >= WHOLE * present.table().vectors().size();
  }
}
