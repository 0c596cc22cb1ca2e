package dev.headwater.serving.shard;

import dev.headwater.idp.expert.Companions;
import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.ItemCountsCodec;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.rank.RankConfig;
import dev.headwater.serving.shard.wire.Known;
import dev.headwater.serving.shard.wire.KnownItem;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What speaks for a history beside learned rows: the lists of its last items, which their owners
 * know, the links of their texts, which any shard may know of, and the lists of the near texts that
 * lend theirs. For one answer.
 */
final class HistoryLists {
  /** Most items that lists may name; a ranking has no room for more. */
  private static final int NAMED_MAX = 2_048;

  /**
   * Near texts whose lists are fetched beside those that lend theirs, should some have ended or
   * changed.
   */
  private static final int SPARE = 8;

  private final CountConfig counting = CountConfig.defaults();
  private final RankConfig ranking = RankConfig.defaults();
  private final Numbers numbers = new Numbers();
  private final GatheredEvidence evidence = new GatheredEvidence(numbers, counting);
  private final Set<String> askedFor = new HashSet<>();
  private final Set<String> linked = new HashSet<>();

  /**
   * What is to be asked for.
   *
   * @param items whose lists are
   * @param texts whose links are
   */
  record Wanted(Set<String> items, Set<String> texts) {
    static final Wanted NOTHING = new Wanted(Set.of(), Set.of());
  }

  Numbers numbers() {
    return numbers;
  }

  GatheredEvidence evidence() {
    return evidence;
  }

  /** The last items of a history, newest first, each once. */
  private static Set<String> last(List<String> history, int most) {
    Set<String> last = new LinkedHashSet<>();
    for (int back = 1; back <= Math.min(most, history.size()); back++) {
      last.add(history.get(history.size() - back));
    }
    return last;
  }

  /** Returns what can be asked for when nothing is known yet, but for what was asked for before. */
  Wanted first(List<String> history) {
    Set<String> items = last(history, counting.gaps());
    Set<String> texts = last(history, ranking.textHistory());
    items.removeIf(item -> !askedFor.add(item));
    texts.removeIf(text -> !linked.add(text));
    return new Wanted(items, texts);
  }

  /** Returns the near texts whose lists an item may inherit. */
  Wanted lenders(List<String> history) {
    Set<String> lenders = new LinkedHashSet<>();
    for (String item : last(history, ranking.textHistory())) {
      NearTexts near = evidence.links(numbers.of(item)).nearest(each -> true);
      for (int i = 0; i < lending(near); i++) {
        String lender = numbers.name(near.items()[i]);
        if (askedFor.add(lender)) {
          lenders.add(lender);
        }
      }
    }
    return new Wanted(lenders, Set.of());
  }

  private int lending(NearTexts near) {
    return Math.min(ranking.inherited() + SPARE, near.size());
  }

  /**
   * Takes in what a shard said.
   *
   * @param items that it was asked for the lists of; its answer begins with them
   * @param texts that it was asked for the links of
   */
  void take(Known known, List<String> items, Set<String> texts) {
    evidence.ticked(known.getTick());
    for (int i = 0; i < Math.min(items.size(), known.getItemsCount()); i++) {
      KnownItem item = known.getItems(i);
      int number = numbers.of(items.get(i));
      if (item.getExists()) {
        evidence.found(number, item.getRevision());
      }
      if (!item.getCounts().isEmpty()) {
        evidence.counts(
            number, ItemCountsCodec.decode(item.getCounts().toByteArray(), numbers::of));
      }
    }
    int at = 0;
    for (String text : texts) {
      if (at < known.getLinkedCount()) {
        evidence.links(numbers.of(text)).add(known.getLinked(at++));
      }
    }
  }

  /** Nobody of a shard answered in time: by now it is known whom not to ask first. */
  void unheard(List<String> items, Set<String> texts) {
    items.forEach(askedFor::remove);
    texts.forEach(linked::remove);
  }

  /** Names the items that the lists name, in the order in which they are offered. */
  void name(List<String> history, Set<String> named) {
    Set<String> texts = last(history, ranking.textHistory());
    for (String item : last(history, counting.gaps())) {
      boolean listed = companions(numbers.of(item), named);
      if (texts.contains(item)) {
        texts(item, !listed, named);
      }
    }
  }

  private boolean companions(int item, Set<String> named) {
    ItemCounts counts = evidence.counts(item);
    if (counts == null) {
      return false;
    }
    Companions companions = counts.companions();
    for (int i = 0; i < companions.size(); i++) {
      name(companions.item(i), named);
    }
    return companions.size() > 0;
  }

  private void texts(String item, boolean inherit, Set<String> named) {
    NearTexts near = evidence.links(numbers.of(item)).nearest(each -> true);
    for (int each : near.items()) {
      name(each, named);
    }
    for (int i = 0; inherit && i < lending(near); i++) {
      var unused = companions(near.items()[i], named);
    }
  }

  private void name(int item, Set<String> named) {
    if (named.size() < NAMED_MAX) {
      named.add(numbers.name(item));
    }
  }
}
