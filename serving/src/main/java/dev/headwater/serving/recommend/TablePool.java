package dev.headwater.serving.recommend;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.Match;
import dev.headwater.idp.online.RecentPopularity.Popular;
import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.items.Measure;
import dev.headwater.serving.items.RowFilter;
import dev.headwater.serving.items.VectorTable;
import dev.headwater.serving.state.CatalogEntry;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.EntryPattern;
import dev.headwater.serving.state.Experts;
import dev.headwater.serving.state.ModelTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The pool of a node's own table: numbers are its codes, and everything is read where it lies. */
public final class TablePool implements Pool {
  /** One row deeper for so many: of a million items a hundred. */
  private static final int ROWS_A_DEEPER = 10_000;

  private static final int DEEPER_MAX = 100;

  private final Domain domain;
  private final ModelTable table;
  private final VectorTable vectors;
  private final Ask ask;
  private final RowFilter filter;
  private final float scale;
  private final @Nullable Experience experience;

  /**
   * Makes the pool of a table for one question.
   *
   * @param scale makes logits of dot products of user vectors and rows
   */
  public TablePool(Domain domain, ModelTable table, float scale, Ask ask) {
    this.domain = domain;
    this.table = table;
    this.scale = scale;
    this.ask = ask;
    vectors = table.vectors();
    filter = filter(domain, table, ask);
    Experts experts = ask.kind() == Ask.Kind.EXPERTS ? table.experts() : null;
    experience =
        experts == null
            ? null
            : new Experience(
                experts.ranker(), experts.book(), experts.book().popular(), experts.spaces());
  }

  private static RowFilter filter(Domain domain, ModelTable table, Ask ask) {
    Query query = ask.query();
    int[] out = Arrays.copyOf(ask.hidden(), ask.hidden().length + query.exclude().size());
    int size = ask.hidden().length;
    for (String item : query.exclude()) {
      int code = domain.ids().find(item);
      if (code != ItemIds.UNKNOWN) {
        out[size++] = code;
      }
    }
    CodeSet excluded = CodeSet.of(out, size);
    EntryPattern wanted = query.filter().isAll() ? null : query.filter().pattern();
    Cursor page = query.page();
    return code ->
        !excluded.contains(code)
            && domain.mayShow(table, code)
            && (wanted == null || domain.matches(code, wanted))
            && (page == null || !page.hasShown(domain.ids().id(code)));
  }

  @Override
  public Origin origin() {
    return new Origin(table.version(), table.index().name(), 0);
  }

  @Override
  public int[] history() {
    return ask.history().codes();
  }

  @Override
  public String id(int item) {
    return domain.ids().id(item);
  }

  @Override
  public int find(String id) {
    return domain.ids().find(id);
  }

  @Override
  public boolean isLive(int item) {
    return table.isLive(item);
  }

  @Override
  public boolean allows(int item) {
    return filter.allows(item);
  }

  @Override
  public boolean isNew(int item) {
    return table.isNew(item);
  }

  @Override
  public EmbeddingRow.@Nullable Origin origin(int item) {
    return table.origin(item);
  }

  @Override
  public String category(int item) {
    CatalogEntry entry = domain.catalog(item);
    List<String> categories = entry == null ? List.of() : entry.categories();
    return categories.isEmpty() ? "" : categories.get(0);
  }

  @Override
  public List<Match> matches(int item) {
    EmbeddingRow row = table.isNew(item) ? table.row(item).merged().cold() : null;
    return row == null ? List.of() : row.getMatchesList();
  }

  @Override
  public long publishedMs(int item) {
    return item == UNKNOWN ? 0 : domain.receivedMs(item);
  }

  @Override
  public int dim() {
    return vectors.dim();
  }

  @Override
  public boolean read(int item, float[] into) {
    return vectors.readItem(item, into);
  }

  @Override
  public float logit(int item) {
    float[] vector = ask.vector();
    return vector == null ? Float.NaN : scale * vectors.dot(vector, item);
  }

  @Override
  public void logits(int[] items, int count, float[] into) {
    float[] vector = ask.vector();
    if (vector == null) {
      Arrays.fill(into, 0, count, Float.NaN);
      return;
    }
    vectors.dot(vector, items, count, into);
    for (int at = 0; at < count; at++) {
      into[at] *= scale;
    }
  }

  @Override
  public int most() {
    return Integer.MAX_VALUE;
  }

  private float[] vector() {
    return Objects.requireNonNull(ask.vector(), "a question without a vector");
  }

  @Override
  public List<Scored> best(int want) {
    return new RowSource(table, ask.query(), filter, vector(), ask.measure()).best(want);
  }

  @Override
  public int[] learned(int want, int least) {
    int[] found = RowSource.found(table, ask.query(), filter, vector(), Measure.DOT, want, least);
    int size = 0;
    for (int row : found) {
      int code = vectors.code(row);
      if (code >= 0) {
        found[size++] = code;
      }
    }
    return size == found.length ? found : Arrays.copyOf(found, size);
  }

  @Override
  public int deeper() {
    return deeper(vectors.rows());
  }

  /** Returns how much deeper among so many rows, however many tables they lie in. */
  public static int deeper(long rows) {
    return (int) Math.min(DEEPER_MAX, rows / ROWS_A_DEEPER);
  }

  @Override
  public int[] newest(int most) {
    int[] live = live(table.newest(most), most);
    return live.length == most ? live : live(table.newest(Integer.MAX_VALUE), most);
  }

  private int[] live(int[] codes, int most) {
    int size = 0;
    for (int at = 0; at < codes.length && size < most; at++) {
      if (table.isLive(codes[at])) {
        codes[size++] = codes[at];
      }
    }
    return size == codes.length ? codes : Arrays.copyOf(codes, size);
  }

  @Override
  public List<Scored> fresh(int most) {
    float[] query = ask.vector() == null ? new float[vectors.dim()] : vector();
    float[] row = new float[vectors.dim()];
    List<Scored> fresh = new ArrayList<>();
    for (int code : table.newest(Integer.MAX_VALUE)) {
      if (table.isNew(code) && filter.allows(code) && vectors.readItem(code, row)) {
        fresh.add(new Scored(code, ask.measure().score(query, row)));
      }
    }
    fresh.sort(Comparator.comparing(Scored::score).reversed());
    return fresh.subList(0, Math.min(most, fresh.size()));
  }

  @Override
  public Iterator<Scored> mostTaken() {
    return new MostTaken(
        domain.popularity().ranking(Comparator.naturalOrder()).iterator(), vectors.rows() - 1);
  }

  @Override
  public int rows() {
    return vectors.rows();
  }

  @Override
  public int item(int row) {
    return vectors.code(row);
  }

  @Override
  public @Nullable Experience experience() {
    return experience;
  }

  /** First what was taken, then the rows from the last one on. */
  private final class MostTaken implements Iterator<Scored> {
    private final Iterator<Popular<Integer>> taken;
    private int row;
    private int code = UNKNOWN;

    MostTaken(Iterator<Popular<Integer>> taken, int row) {
      this.taken = taken;
      this.row = row;
    }

    @Override
    public boolean hasNext() {
      while (!taken.hasNext() && code < 0 && row >= 0) {
        code = vectors.code(row--);
      }
      return taken.hasNext() || code >= 0;
    }

    @Override
    public Scored next() {
      if (taken.hasNext()) {
        Popular<Integer> popular = taken.next();
        return new Scored(popular.item(), popular.count());
      }
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Scored next = new Scored(code, 0);
      code = UNKNOWN;
      return next;
    }
  }
}
