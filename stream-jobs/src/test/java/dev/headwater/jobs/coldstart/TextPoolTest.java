package dev.headwater.jobs.coldstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Vectors;
import dev.headwater.events.wire.Vector;
import dev.headwater.idp.expert.NearTextsCodec.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextPoolTest {
  private static final int DIM = 8;

  @Test
  void listsDoNotDependOnHowItemsFallIntoBatches() {
    List<String> items = new ArrayList<>();
    List<Vector> texts = new ArrayList<>();
    Random random = new Random(5);
    for (int i = 0; i < 200; i++) {
      items.add("i" + i);
      texts.add(text(random));
    }
    List<Named> single = in(1, items, texts);
    List<Named> batched = in(7, items, texts);
    int full = 0;
    for (int i = 0; i < items.size(); i++) {
      assertThat(batched.get(i).names()).as("list of i%s", i).isEqualTo(single.get(i).names());
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
      before.add(List.of("i" + i), List.of(text));
      after.put("i" + i, text);
    }
    Vector text = text(random);
    Named was = before.add(List.of("new"), List.of(text)).get(0);
    Named is = after.add(List.of("new"), List.of(text)).get(0);
    assertThat(is.names()).isEqualTo(was.names());
    assertThat(is.cosines()).isEqualTo(was.cosines());
  }

  @Test
  void namesWhatIsAlikeNearestFirstAndNothingElse() {
    TextPool pool = new TextPool(2);
    pool.put("same", Vectors.int8(new float[] {2, 0}));
    pool.put("other", Vectors.int8(new float[] {0, 1}));
    pool.put("half", Vectors.int8(new float[] {1, 1}));
    pool.put("nothing", Vectors.int8(new float[] {0, 0}));
    Named near = pool.add(List.of("x"), List.of(Vectors.int8(new float[] {1, 0}))).get(0);
    assertThat(near.names()).containsExactly("same", "half");
    pool.remove("same");
    near = pool.add(List.of("x"), List.of(Vectors.int8(new float[] {1, 0}))).get(0);
    assertThat(near.names()).containsExactly("half");
    Named none = pool.add(List.of("y"), List.of(Vectors.int8(new float[] {0, 0}))).get(0);
    assertThat(none.size()).isZero();
  }

  private static List<Named> in(int batch, List<String> items, List<Vector> texts) {
    TextPool pool = new TextPool(DIM);
    List<Named> lists = new ArrayList<>();
    for (int from = 0; from < items.size(); from += batch) {
      int to = Math.min(items.size(), from + batch);
      lists.addAll(pool.add(items.subList(from, to), texts.subList(from, to)));
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
