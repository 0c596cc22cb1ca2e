package dev.headwater.serving.shard;

import dev.headwater.idp.expert.Companions;
import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.ItemCountsCodec;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.rank.RankConfig;
import dev.headwater.serving.items.Slice;
import dev.headwater.serving.recommend.Ask;
import dev.headwater.serving.recommend.Pool;
import dev.headwater.serving.shard.wire.FindRequest;
import dev.headwater.serving.shard.wire.Found;
import dev.headwater.serving.shard.wire.Known;
import dev.headwater.serving.shard.wire.KnownItem;
import dev.headwater.serving.shard.wire.KnownRequest;
import dev.headwater.serving.shard.wire.TableName;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Experts;
import dev.headwater.serving.state.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the pool of one answer. First the lists of the history's last items are fetched from
 * their owners, and the links of their texts, which any shard may know of; then the lists that
 * these lend; then every shard finds what it has, and tells of the items that the lists name. For
 * one answer.
 */
final class Gathering {
  /** Most items that lists may name; a ranking has no room for more. */
  private static final int NAMED_MAX = 2_048;

  /** Near texts whose lists are fetched beside those that lend theirs, should some not exist. */
  private static final int SPARE = 8;

  private final Shards.Round round;
  private final Slice owners;
  private final Domain domain;
  private final View view;
  private final TableName table;
  private final Ask ask;
  private final CountConfig counting = CountConfig.defaults();
  private final RankConfig ranking = RankConfig.defaults();
  private final Numbers numbers = new Numbers();
  private final GatheredEvidence evidence = new GatheredEvidence(numbers, counting);
  private final List<String> history = new ArrayList<>();
  private final Set<String> named = new LinkedHashSet<>();

  Gathering(Shards.Round round, Domain domain, View view, TableName table, Ask ask) {
    this.round = round;
    this.domain = domain;
    this.view = view;
    this.table = table;
    this.ask = ask;
    owners = new Slice(round.count(), 0);
    for (int code : ask.history().codes()) {
      history.add(ask.history().id(code, domain.ids()));
    }
  }

  CompletableFuture<Pool> gather() {
    if (ask.query().explain()) {
      named.addAll(history);
    }
    return switch (ask.kind()) {
      case EXPERTS -> lists().thenCompose(done -> found());
      case ROWS -> found();
      case POPULARITY -> taken();
    };
  }

  /** The last items of the history, newest first, each once. */
  private Set<String> last(int most) {
    Set<String> last = new LinkedHashSet<>();
    for (int back = 1; back <= Math.min(most, history.size()); back++) {
      last.add(history.get(history.size() - back));
    }
    return last;
  }

  /** Fetches what speaks for the history beside learned rows. */
  private CompletableFuture<Void> lists() {
    Set<String> texts = last(ranking.textHistory());
    return counts(last(counting.gaps()), texts)
        .thenCompose(done -> counts(lenders(texts), Set.of()))
        .thenAccept(done -> nameListed(texts));
  }

  /** The near texts whose lists an item may inherit. */
  private Set<String> lenders(Set<String> texts) {
    Set<String> lenders = new LinkedHashSet<>();
    for (String item : texts) {
      NearTexts near = evidence.links(numbers.of(item)).nearest(each -> true);
      for (int i = 0; i < Math.min(ranking.inherited() + SPARE, near.size()); i++) {
        lenders.add(numbers.name(near.items()[i]));
      }
    }
    return lenders;
  }

  private CompletableFuture<Void> counts(Set<String> items, Set<String> texts) {
    List<List<String>> parts = byOwner(items);
    if (items.isEmpty() && texts.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return Scatter.<Known>over(
            round.count(),
            shard ->
                parts.get(shard).isEmpty() && texts.isEmpty()
                    ? null
                    : round.known(
                        shard,
                        KnownRequest.newBuilder()
                            .setTable(table)
                            .addAllItems(parts.get(shard))
                            .setWithCounts(true)
                            .addAllLinked(texts)
                            .build()))
        .thenAccept(
            answers -> {
              for (int shard = 0; shard < answers.size(); shard++) {
                Known known = answers.get(shard);
                if (known != null) {
                  take(known, parts.get(shard), texts);
                }
              }
            });
  }

  private void take(Known known, List<String> items, Set<String> texts) {
    evidence.ticked(known.getTick());
    for (int i = 0; i < known.getItemsCount(); i++) {
      KnownItem item = known.getItems(i);
      int number = numbers.of(items.get(i));
      if (item.getExists()) {
        evidence.found(number);
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

  /** The items that lists name, in the order in which they are offered. */
  private void nameListed(Set<String> texts) {
    for (String item : last(counting.gaps())) {
      boolean listed = nameCompanions(numbers.of(item));
      if (texts.contains(item)) {
        nameTexts(item, !listed);
      }
    }
  }

  private boolean nameCompanions(int item) {
    ItemCounts counts = evidence.counts(item);
    if (counts == null) {
      return false;
    }
    Companions companions = counts.companions();
    for (int i = 0; i < companions.size(); i++) {
      name(companions.item(i));
    }
    return companions.size() > 0;
  }

  private void nameTexts(String item, boolean inherit) {
    NearTexts near = evidence.links(numbers.of(item)).nearest(each -> true);
    for (int each : near.items()) {
      name(each);
    }
    for (int i = 0; inherit && i < Math.min(ranking.inherited() + SPARE, near.size()); i++) {
      var unused = nameCompanions(near.items()[i]);
    }
  }

  private void name(int item) {
    if (named.size() < NAMED_MAX) {
      named.add(numbers.name(item));
    }
  }

  private List<List<String>> byOwner(Iterable<String> items) {
    List<List<String>> parts = new ArrayList<>();
    for (int shard = 0; shard < round.count(); shard++) {
      parts.add(new ArrayList<>());
    }
    for (String item : items) {
      parts.get(owners.of(domain.name(), item)).add(item);
    }
    return parts;
  }

  private CompletableFuture<Pool> found() {
    FindRequest request = new FindRequests(domain.ids(), table, ask).request();
    return found(request, pool(request));
  }

  private CompletableFuture<Pool> found(FindRequest request, GatheredPool pool) {
    List<List<String>> parts = byOwner(named);
    return Scatter.<Found>over(
            round.count(),
            shard -> round.find(shard, request.toBuilder().addAllNamed(parts.get(shard)).build()))
        .thenApply(answers -> merged(pool, answers));
  }

  private Pool merged(GatheredPool pool, List<@Nullable Found> answers) {
    for (Found each : answers) {
      if (each == null) {
        pool.miss();
      } else {
        pool.add(each);
      }
    }
    pool.history(Arrays.stream(ask.history().codes()).map(this::number).toArray());
    return pool.merged();
  }

  private int number(int code) {
    return numbers.of(ask.history().id(code, domain.ids()));
  }

  private GatheredPool pool(FindRequest request) {
    Experts experts = ask.kind() == Ask.Kind.EXPERTS ? view.table().experts() : null;
    return new GatheredPool(
        numbers,
        evidence,
        new GatheredPool.Size(view.table().vectors().dim(), view.logitScale(), request.getWant()),
        experts);
  }

  /** Users of all shards take items of all shards: who owns those is asked in a second turn. */
  private CompletableFuture<Pool> taken() {
    FindRequest request = new FindRequests(domain.ids(), table, ask).request();
    GatheredPool pool = pool(request);
    return Scatter.<Found>over(round.count(), shard -> round.find(shard, request))
        .thenCompose(
            answers -> {
              for (Found each : answers) {
                if (each != null) {
                  pool.add(each);
                  each.getTakenList().forEach(item -> pool.taken(item.getItem(), item.getCount()));
                }
              }
              named.addAll(pool.mostTaken(request.getTaken()));
              return found(request.toBuilder().clearTaken().clearWant().build(), pool);
            });
  }
}
