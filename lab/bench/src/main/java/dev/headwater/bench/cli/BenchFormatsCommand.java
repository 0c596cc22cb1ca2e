package dev.headwater.bench.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.encoder.UserEncoder;
import dev.headwater.idp.evaluate.TargetData;
import dev.headwater.idp.evaluate.TargetModel;
import dev.headwater.idp.evaluate.TargetSettings;
import dev.headwater.idp.heldout.HeldOut;
import dev.headwater.jobs.coldstart.ColdStartConfig;
import dev.headwater.platform.load.Datasets;
import dev.headwater.platform.parts.Bundles;
import dev.headwater.platform.report.JsonReport;
import dev.headwater.store.inspect.FormatLoss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench formats}: what a table's format costs in ranking, on a table that was trained. */
@Command(
    name = "formats",
    description = "Train a target's table, then rank the test users with fp32, fp16 and int8 rows.",
    mixinStandardHelpOptions = true)
final class BenchFormatsCommand implements Callable<Integer> {
  @Mixin BenchOptions bench = new BenchOptions();

  @Option(names = "--data", required = true, paramLabel = "DIR", description = "Data folder.")
  Path data = Path.of("");

  @Option(names = "--target", required = true, paramLabel = "T", description = "Target domain.")
  String target = "";

  @Option(names = "--bundle", required = true, paramLabel = "BUNDLE", description = "Start.")
  Path bundle = Path.of("");

  @Option(names = "--seed", defaultValue = "1", paramLabel = "S", description = "Default 1.")
  long seed = 1;

  @Override
  public Integer call() throws IOException {
    bench.begin();
    SourceBundle source = Bundles.open(bundle);
    DomainData domain = Datasets.load(data, target);
    float[][] texts = BenchOptions.texts(domain, source);
    TargetSettings settings =
        TargetSettings.defaults(domain.events().size(), ColdStartConfig.rule(), seed);
    TargetData split = TargetData.of(domain, texts);
    ObjectNode figures = JsonReport.object();
    try (TargetModel model = TargetModel.generated(split, source.newEncoder(), source, settings)) {
      model.train(settings, settings.train(), TargetModel.Extras.NONE, progress -> {});
      float[][] table = new float[split.itemCount()][];
      Arrays.setAll(table, model.table()::get);
      int[] targets = split.test().stream().mapToInt(HeldOut::target).toArray();
      figures.put("target", target);
      figures.put("users", targets.length);
      figures.set(
          "formats",
          JsonMapper.builder()
              .build()
              .valueToTree(FormatLoss.measure(table, users(split, model, table), targets)));
    }
    bench.report(figures);
    return 0;
  }

  /** The user encoder is not closed: the model owns what it would close. */
  @SuppressWarnings("resource")
  private static float[][] users(TargetData split, TargetModel model, float[][] table) {
    List<float[][]> histories = new ArrayList<>();
    for (HeldOut question : split.test()) {
      histories.add(
          Arrays.stream(question.history()).mapToObj(i -> table[i]).toArray(float[][]::new));
    }
    return new UserEncoder(model.encoder()).encode(histories);
  }
}
