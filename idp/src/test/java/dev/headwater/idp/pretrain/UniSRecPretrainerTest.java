package dev.headwater.idp.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.data.Item;
import dev.headwater.idp.text.BertTextEncoder;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.idp.train.EpochProgress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UniSRecPretrainerTest {
  @TempDir private Path folder;

  @Test
  void whatWasLearnedIsReadAgainForTheSameDataAndSeedAlone() throws Exception {
    List<DomainData> sources = List.of(domain("a", 12), domain("b", 9));
    SourceBundle bundle = bundle(sources);
    List<EpochProgress> heard = new ArrayList<>();
    UniSRecWeights first = UniSRecPretrainer.of(bundle, sources, 1, folder, heard::add);
    assertThat(heard).isNotEmpty();
    assertThat(heard.get(heard.size() - 1).loss()).isLessThan(heard.get(0).loss());
    heard.clear();
    UniSRecWeights again = UniSRecPretrainer.of(bundle, sources, 1, folder, heard::add);
    assertThat(heard).isEmpty();
    assertThat(again).usingRecursiveComparison().isEqualTo(first);
    assertThat(first.encoder()).containsKey("positions");
    assertThat(first.adaptor()).containsKeys("experts.weight", "gate.weight");
    UniSRecWeights other = UniSRecPretrainer.of(bundle, sources, 2, folder, heard::add);
    assertThat(heard).isNotEmpty();
    assertThat(other.encoder().get("positions")).isNotEqualTo(first.encoder().get("positions"));
    UniSRecWeights unkept = UniSRecPretrainer.of(bundle, sources, 1, null, progress -> {});
    assertThat(unkept).usingRecursiveComparison().isEqualTo(first);
  }

  private SourceBundle bundle(List<DomainData> sources) throws Exception {
    try (TextEncoder text = BertTextEncoder.miniLm()) {
      PretrainConfig config = PretrainConfig.defaults(text);
      config = config.toBuilder().train(config.train().toBuilder().epochs(1, 0).build()).build();
      new Pretrainer().run(config, sources, folder.resolve("b"), ProgressListener.silent());
    }
    return SourceBundle.open(folder.resolve("b"));
  }

  private static DomainData domain(String name, int items) {
    List<Item> catalog = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      catalog.add(new Item("i" + i, "thing number " + i + " of " + name, "", List.of()));
    }
    List<Event> events = new ArrayList<>();
    for (int u = 0; u < 300; u++) {
      for (int k = 0; k < 5; k++) {
        events.add(new Event("u" + u, "i" + (u + k) % items, k));
      }
    }
    return new DomainData(name, catalog, events, false);
  }
}
