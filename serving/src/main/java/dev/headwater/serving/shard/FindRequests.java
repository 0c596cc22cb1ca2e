package dev.headwater.serving.shard;

import dev.headwater.idp.rank.RankConfig;
import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.items.Measure;
import dev.headwater.serving.recommend.Ask;
import dev.headwater.serving.recommend.Cursor;
import dev.headwater.serving.recommend.ExpertSource;
import dev.headwater.serving.recommend.Explorer;
import dev.headwater.serving.recommend.Query;
import dev.headwater.serving.shard.wire.Attribute;
import dev.headwater.serving.shard.wire.FindRequest;
import dev.headwater.serving.shard.wire.TableName;

/** What every shard is asked to find for one answer. */
final class FindRequests {
  /** Beside the answer's own: the items that users took and that may turn out to be hidden. */
  private static final int TAKEN = 200;

  private final ItemIds ids;
  private final TableName table;
  private final Ask ask;

  FindRequests(ItemIds ids, TableName table, Ask ask) {
    this.ids = ids;
    this.table = table;
    this.ask = ask;
  }

  FindRequest request() {
    Query query = ask.query();
    FindRequest.Builder request =
        FindRequest.newBuilder()
            .setTable(table)
            .setCosine(ask.measure() == Measure.COSINE)
            .addAllHidden(query.exclude())
            .addAllCategories(query.filter().categories())
            .addAllBrands(query.filter().brands())
            .setExact(query.exact())
            .setFresh(query.mix().explore() > 0 ? Explorer.POOL : 0)
            .setWithVectors(query.explain() || query.mix().diversity() > 0)
            .setWithCategories(query.mix().categoryCap() > 0)
            .setWithMatches(query.explain());
    query
        .filter()
        .attributes()
        .forEach(
            (name, value) ->
                request.addAttributes(Attribute.newBuilder().setName(name).setValue(value)));
    for (int code : ask.hidden()) {
      request.addHidden(ask.history().id(code, ids));
    }
    float[] vector = ask.vector();
    if (vector != null) {
      request.setVector(Floats.bytes(vector));
    }
    Cursor page = query.page();
    if (page != null) {
      request.setCursor(page.text());
    }
    sized(request);
    return request.build();
  }

  private void sized(FindRequest.Builder request) {
    switch (ask.kind()) {
      case EXPERTS -> {
        int want = Math.max(RankConfig.defaults().learned(), ask.want());
        request
            .setKind(FindRequest.Kind.EXPERTS)
            .setWant(want)
            .setLeast(ExpertSource.least(want))
            .setNewest(ExpertSource.NEWEST)
            .setAll(ask.query().exact());
      }
      case ROWS -> request.setKind(FindRequest.Kind.ROWS).setWant(ask.want()).setLeast(ask.want());
      case POPULARITY -> {
        Cursor page = ask.query().page();
        int shown = page == null ? 0 : page.shown().length;
        int most = TAKEN + 2 * ask.want() + ask.hidden().length + shown;
        request.setKind(FindRequest.Kind.POPULARITY).setWant(most).setTaken(most);
      }
    }
  }
}
