package dev.headwater.serving.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.serving.MeanEncoder;
import dev.headwater.serving.users.BatchingEncoder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenModelsTest {
  private final List<String> loads = new ArrayList<>();
  private final OpenModels models =
      new OpenModels(
          model -> {
            loads.add(model);
            return new ModelLoader.LoadedModel(new MeanEncoder(2, 10), "text");
          },
          loaded ->
              new BatchingEncoder(loaded.encoder(), new BatchingEncoder.Bounds(4, 4, 4, 60_000)));

  @Test
  void domainsOfOneBundleShareItsEncoder() throws Exception {
    BatchingEncoder one = models.take("m1").users();
    BatchingEncoder other = models.take("m1").users();
    try (BatchingEncoder apart = models.take("m2").users()) {
      assertThat(other).isSameAs(one).isNotSameAs(apart);
      assertThat(loads).containsExactly("m1", "m2");
    }
    one.close();
    assertThat(other.encode(new float[][] {{1, 2}}).join()).containsExactly(1, 2);
    other.close();
  }

  @Test
  void whatTheLastHasClosedIsOpenedAnew() throws Exception {
    BatchingEncoder first = models.take("m1").users();
    first.close();
    assertThat(first.isClosed()).isTrue();
    assertThat(first.share()).isFalse();

    try (BatchingEncoder second = models.take("m1").users()) {
      assertThat(second.encode(new float[][] {{3, 4}}).join()).containsExactly(3, 4);
    }
    assertThat(loads).containsExactly("m1", "m1");
  }
}
