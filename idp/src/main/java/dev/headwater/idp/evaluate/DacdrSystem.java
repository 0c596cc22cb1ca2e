package dev.headwater.idp.evaluate;

import dev.headwater.idp.encoder.Dacdr;
import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.text.Whitening;
import dev.headwater.idp.train.DomainBlocks;
import dev.headwater.idp.train.FitResult;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * {@link Dacdr} on the target alone. It needs users that two domains share, and no two domains here
 * share any: so the catalog is split in two by what its texts say (below and above the median of
 * their main direction), and the halves are the domains.
 */
final class DacdrSystem implements TableSystem {
  @Override
  public String paper() {
    return "Luo et al., Domain-Aware Cross-Attention for Cross-domain Recommendation, arXiv"
        + " 2401.11705, 2024";
  }

  @Override
  public Learned learn(EvaluateRequest request, TargetData data) {
    EncoderConfig each = EncoderConfig.defaults();
    EncoderConfig both = each.withDim(2 * each.dim());
    TargetModel model =
        TargetModel.random(
            data, new Dacdr(both, new SplittableRandom(request.seed())), request.seed());
    FitResult fit =
        model.train(
            request.settings().train(),
            new DomainBlocks(aboveMedian(data.texts())),
            request.listener());
    return model.learned(fit);
  }

  /** Which texts lie above the median of the direction in which texts differ most. */
  static boolean[] aboveMedian(float[][] texts) {
    float[][] directions = Whitening.of(texts, 1);
    double[] sorted = Arrays.stream(directions).mapToDouble(row -> row[0]).sorted().toArray();
    double median = sorted[sorted.length / 2];
    boolean[] above = new boolean[texts.length];
    for (int i = 0; i < above.length; i++) {
      above[i] = directions[i][0] >= median;
    }
    return above;
  }
}
