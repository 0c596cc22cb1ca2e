package dev.headwater.idp.evaluate;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.cdim.ColdStartRule;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.data.Item;
import dev.headwater.idp.pretrain.PretrainConfig;
import dev.headwater.idp.pretrain.Pretrainer;
import dev.headwater.idp.pretrain.ProgressListener;
import dev.headwater.idp.text.BertTextEncoder;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.idp.text.TinyBert;
import dev.headwater.idp.train.TrainConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Users walk round a circle of items. */
public final class Circles {
  public static final int ITEMS = 30;

  private Circles() {}

  public static DomainData domain(String name) {
    return domain(name, ITEMS);
  }

  public static DomainData domain(String name, int count) {
    return domain(name, count, 1);
  }

  /** Users who go on by so many items at a time. */
  public static DomainData domain(String name, int count, int step) {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(new Item("i" + i, "thing " + i, "", List.of()));
    }
    SplittableRandom random = new SplittableRandom(name.hashCode());
    List<Event> events = new ArrayList<>();
    for (int u = 0; u < 200; u++) {
      int at = random.nextInt(count);
      long time = 1_700_000_000L + random.nextInt(100_000);
      for (int k = 0; k < 5; k++) {
        events.add(new Event("u" + u, "i" + (at + k * step) % count, time + k * 100L));
      }
    }
    return new DomainData(name, items, events, true);
  }

  /** A bundle of one source, in a folder of its own. */
  static SourceBundle pretrained(TextEncoder encoder, Path folder) throws Exception {
    PretrainConfig config = PretrainConfig.defaults(encoder);
    config = config.toBuilder().train(config.train().toBuilder().epochs(6, 0).build()).build();
    new Pretrainer().run(config, List.of(domain("source")), folder, ProgressListener.silent());
    return SourceBundle.open(folder);
  }

  /** A model of words as small as all else here, in a folder; it knows those of the items. */
  static TextEncoder wordEncoder(Path folder) throws IOException {
    List<String> words = new ArrayList<>(List.of("title", "thing"));
    IntStream.range(0, ITEMS).mapToObj(Integer::toString).forEach(words::add);
    return BertTextEncoder.load(TinyBert.in(folder, words));
  }

  /** Small and quick. */
  public static TargetSettings settings(long seed) {
    TrainConfig train =
        TrainConfig.builder()
            .batchSize(16)
            .epochs(8, 0)
            .dropout(0.1f)
            .negatives(10)
            .fullSoftmaxItems(1000)
            .seed(seed)
            .build();
    return new TargetSettings(train, ColdStartRule.of(100), 1, 0.2f, 3, 0.05f, true);
  }
}
