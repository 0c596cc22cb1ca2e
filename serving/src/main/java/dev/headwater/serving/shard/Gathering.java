package dev.headwater.serving.shard;

import dev.headwater.serving.items.ItemRows;
import dev.headwater.serving.items.Slice;
import dev.headwater.serving.recommend.Ask;
import dev.headwater.serving.recommend.Asked;
import dev.headwater.serving.recommend.Gatherer;
import dev.headwater.serving.recommend.Pool;
import dev.headwater.serving.shard.HistoryLists.Wanted;
import dev.headwater.serving.shard.wire.FindRequest;
import dev.headwater.serving.shard.wire.Found;
import dev.headwater.serving.shard.wire.Known;
import dev.headwater.serving.shard.wire.KnownRequest;
import dev.headwater.serving.shard.wire.TableName;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Experts;
import dev.headwater.serving.state.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what one answer is made from, in three turns at most: the owners of the history's items
 * are asked for their vectors and lists, and every shard for the links of their texts; then for the
 * lists that these lend; then every shard finds what it has, and tells of the items that the lists
 * name. For one answer.
 */
final class Gathering implements Gatherer {
  private final Question question;
  private final Vectors.OfTable vectors;
  private final Asked history;
  private final Ask.Kind kind;
  private final Slice owners;

  /** What was asked for beside the vectors, until a pool is made with it. */
  private @Nullable HistoryLists ahead;

  /**
   * What is asked, and whom.
   *
   * @param round the shards, as they are divided while the answer is made
   * @param domain of the answer
   * @param view that it is made from
   * @param table of the view, as every node knows it
   */
  record Question(Shards.Round round, Domain domain, View view, TableName table) {}

  Gathering(Question question, Vectors.OfTable vectors, Asked history, Ask.Kind kind) {
    this.question = question;
    this.vectors = vectors;
    this.history = history;
    this.kind = kind;
    owners = new Slice(question.round().count(), 0);
  }

  @Override
  public CompletableFuture<ItemRows> rows() {
    Map<Integer, String> names = new HashMap<>();
    for (int code : history.codes()) {
      names.put(code, name(history, code));
    }
    GatheredRows rows = new GatheredRows(question.view().table().vectors().dim(), names);
    Set<String> missing = new LinkedHashSet<>();
    for (String item : names.values()) {
      Vectors.Kept kept = vectors.fresh(item);
      if (kept == null) {
        missing.add(item);
      } else {
        rows.put(item, kept);
      }
    }
    HistoryLists lists = new HistoryLists();
    boolean listed = kind == Ask.Kind.EXPERTS && question.view().table().experts() != null;
    ahead = listed ? lists : null;
    Wanted wanted = listed ? lists.first(names(history)) : Wanted.NOTHING;
    return fetch(lists, wanted, missing, missing.isEmpty() ? null : rows).thenApply(done -> rows);
  }

  private String name(Asked of, int code) {
    return of.id(code, question.domain().ids());
  }

  private List<String> names(Asked of) {
    return Arrays.stream(of.codes()).mapToObj(code -> name(of, code)).toList();
  }

  @Override
  public CompletableFuture<Pool> gather(Ask ask) {
    HistoryLists lists = ahead == null ? new HistoryLists() : ahead;
    ahead = null;
    List<String> items = names(ask.history());
    Set<String> named = new LinkedHashSet<>();
    if (ask.query().explain()) {
      named.addAll(items);
    }
    return switch (ask.kind()) {
      case EXPERTS ->
          fetch(lists, lists.first(items))
              .thenCompose(done -> fetch(lists, lists.lenders(items)))
              .thenCompose(
                  done -> {
                    lists.name(items, named);
                    return found(ask, lists, named);
                  });
      case ROWS -> found(ask, lists, named);
      case POPULARITY -> taken(ask, lists, named);
    };
  }

  private CompletableFuture<Void> fetch(HistoryLists lists, Wanted wanted) {
    return fetch(lists, wanted, Set.of(), null);
  }

  /**
   * Asks owners for lists and vectors, and every shard for the links of texts.
   *
   * @param rows take in the vectors; null where none are asked for
   */
  private CompletableFuture<Void> fetch(
      HistoryLists lists, Wanted wanted, Set<String> vectorsOf, @Nullable GatheredRows rows) {
    List<List<String>> listed = byOwner(wanted.items());
    List<List<String>> items = byOwner(both(wanted.items(), vectorsOf));
    return Scatter.<Known>over(
            question.round().count(),
            shard ->
                items.get(shard).isEmpty() && wanted.texts().isEmpty()
                    ? null
                    : question
                        .round()
                        .known(
                            shard,
                            KnownRequest.newBuilder()
                                .setTable(question.table())
                                .addAllItems(items.get(shard))
                                .setWithVectors(rows != null)
                                .setWithCounts(!listed.get(shard).isEmpty())
                                .setCounted(listed.get(shard).size())
                                .addAllLinked(wanted.texts())
                                .build()))
        .thenAccept(
            answers -> {
              for (int shard = 0; shard < answers.size(); shard++) {
                Known known = answers.get(shard);
                if (known == null) {
                  lists.unheard(listed.get(shard), wanted.texts());
                } else {
                  lists.take(known, listed.get(shard), wanted.texts());
                  take(known, items.get(shard), rows);
                }
              }
            });
  }

  /** Those that come first are answered first. */
  private static Set<String> both(Set<String> first, Set<String> then) {
    Set<String> both = new LinkedHashSet<>(first);
    both.addAll(then);
    return both;
  }

  private void take(Known known, List<String> items, @Nullable GatheredRows rows) {
    for (int i = 0; rows != null && i < Math.min(items.size(), known.getItemsCount()); i++) {
      rows.put(items.get(i), vectors.take(items.get(i), known.getItems(i)));
    }
  }

  private List<List<String>> byOwner(Iterable<String> items) {
    List<List<String>> parts = new ArrayList<>();
    for (int shard = 0; shard < question.round().count(); shard++) {
      parts.add(new ArrayList<>());
    }
    for (String item : items) {
      parts.get(owners.of(question.domain().name(), item)).add(item);
    }
    return parts;
  }

  private FindRequest request(Ask ask) {
    return new FindRequests(question.domain().ids(), question.table(), ask).request();
  }

  private CompletableFuture<Pool> found(Ask ask, HistoryLists lists, Set<String> named) {
    FindRequest request = request(ask);
    return found(request, ask, pool(ask, lists, request), named);
  }

  private CompletableFuture<Pool> found(
      FindRequest request, Ask ask, GatheredPool pool, Set<String> named) {
    List<List<String>> parts = byOwner(named);
    return Scatter.<Found>over(
            question.round().count(),
            shard ->
                question
                    .round()
                    .find(shard, request.toBuilder().addAllNamed(parts.get(shard)).build()))
        .thenApply(answers -> merged(ask, pool, answers));
  }

  private Pool merged(Ask ask, GatheredPool pool, List<@Nullable Found> answers) {
    for (Found each : answers) {
      if (each == null) {
        pool.miss();
      } else {
        pool.add(each);
      }
    }
    pool.history(names(ask.history()));
    return pool.merged();
  }

  private GatheredPool pool(Ask ask, HistoryLists lists, FindRequest request) {
    View view = question.view();
    Experts experts = ask.kind() == Ask.Kind.EXPERTS ? view.table().experts() : null;
    return new GatheredPool(
        lists.numbers(),
        lists.evidence(),
        new GatheredPool.Size(view.table().vectors().dim(), view.logitScale(), request.getWant()),
        experts);
  }

  /** Users of all shards take items of all shards: who owns those is asked in a second turn. */
  private CompletableFuture<Pool> taken(Ask ask, HistoryLists lists, Set<String> named) {
    FindRequest request = request(ask);
    GatheredPool pool = pool(ask, lists, request);
    return Scatter.<Found>over(
            question.round().count(), shard -> question.round().find(shard, request))
        .thenCompose(
            answers -> {
              for (Found each : answers) {
                if (each != null) {
                  pool.add(each);
                  each.getTakenList().forEach(item -> pool.taken(item.getItem(), item.getCount()));
                }
              }
              named.addAll(pool.mostTaken(request.getTaken()));
              return found(request.toBuilder().clearTaken().clearWant().build(), ask, pool, named);
            });
  }
}
