package dev.headwater.jobs.coldstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Vectors;
import dev.headwater.events.wire.Vector;
import dev.headwater.idp.expert.NearTextsCodec.Named;
import dev.headwater.jobs.coldstart.WrittenRows.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextPoolTest {
  private static final int DIM = 8;
  private static final Vector EAST = Vectors.int8(new float[] {1, 0});
  private static final Vector NORTH = Vectors.int8(new float[] {0, 1});

  @Test
  void listsDoNotDependOnHowItemsFallIntoBatches() {
    List<String> items = new ArrayList<>();
    List<Vector> texts = new ArrayList<>();
    Random random = new Random(5);
    for (int i = 0; i < 200; i++) {
      items.add("i" + i);
      texts.add(text(random));
    }
    List<List<Named>> single = in(1, items, texts);
    List<List<Named>> batched = in(7, items, texts);
    int full = 0;
    for (int i = 0; i < items.size(); i++) {
      assertThat(names(batched.get(i))).as("list of i%s", i).isEqualTo(names(single.get(i)));
      full += single.get(i).size() == TextPool.LISTED ? 1 : 0;
    }
    assertThat(full).isPositive();
    assertThat(single.get(0).size()).isZero();
  }

  @Test
  void aRestartFindsWhatRowsCarry() {
    Random random = new Random(6);
    TextPool before = new TextPool(DIM);
    TextPool after = new TextPool(DIM);
    for (int i = 0; i < 20; i++) {
      Vector text = text(random);
      before.add(List.of("i" + i), List.of(new Text(i, i)), List.of(text));
      after.put("i" + i, new Text(i, i), text);
    }
    Vector text = text(random);
    assertThat(add(after, "new", 20, text)).isEqualTo(add(before, "new", 20, text)).isNotEmpty();
  }

  @Test
  void namesWhatIsAlikeNearestFirstAndNothingElse() {
    TextPool pool = new TextPool(2);
    pool.put("same", new Text(0, 0), Vectors.int8(new float[] {2, 0}));
    pool.put("other", new Text(1, 1), Vectors.int8(new float[] {0, 1}));
    pool.put("half", new Text(2, 2), Vectors.int8(new float[] {1, 1}));
    pool.put("nothing", new Text(3, 3), Vectors.int8(new float[] {0, 0}));
    assertThat(names(add(pool, "x", 4, EAST))).containsExactly("same", "half");
    pool.remove("same", new Text(0, Long.MAX_VALUE));
    assertThat(names(add(pool, "x", 4, EAST))).containsExactly("half");
    assertThat(add(pool, "y", 5, Vectors.int8(new float[] {0, 0}))).isEmpty();
  }

  @Test
  void namesTheTextThatWasComparedAndKnowsNoOlderOne() {
    TextPool pool = new TextPool(2);
    pool.put("a", new Text(0, 0), EAST);
    assertThat(add(pool, "x", 1, EAST).get(0).revision()).isZero();
    pool.put("a", new Text(0, 2), NORTH);
    assertThat(add(pool, "x", 1, EAST)).as("its former text is forgotten").isEmpty();
    pool.put("a", new Text(0, 0), EAST);
    assertThat(add(pool, "x", 1, EAST)).as("its row of before, read late").isEmpty();
    Named near = add(pool, "z", 3, NORTH).get(0);
    assertThat(near.item()).isEqualTo("a");
    assertThat(near.incarnation()).isZero();
    assertThat(near.revision()).isEqualTo(2);
    pool.put("a", new Text(4, 4), NORTH);
    pool.remove("a", new Text(0, Long.MAX_VALUE));
    assertThat(add(pool, "z", 3, NORTH).get(0).incarnation())
        .as("the end of one incarnation is not that of the next")
        .isEqualTo(4);
  }

  private static List<Named> add(TextPool pool, String item, long revision, Vector text) {
    return pool.add(List.of(item), List.of(new Text(revision, revision)), List.of(text)).get(0);
  }

  private static List<String> names(List<Named> list) {
    return list.stream().map(Named::item).toList();
  }

  private static List<List<Named>> in(int batch, List<String> items, List<Vector> vectors) {
    TextPool pool = new TextPool(DIM);
    List<Text> texts = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      texts.add(new Text(i, i));
    }
    List<List<Named>> lists = new ArrayList<>();
    for (int from = 0; from < items.size(); from += batch) {
      int to = Math.min(items.size(), from + batch);
      lists.addAll(
          pool.add(items.subList(from, to), texts.subList(from, to), vectors.subList(from, to)));
    }
    return lists;
  }

  private static Vector text(Random random) {
    float[] text = new float[DIM];
    for (int k = 0; k < DIM; k++) {
      text[k] = (float) random.nextGaussian();
    }
    return Vectors.int8(text);
  }
}
