package dev.headwater.idp.finetune;

import dev.headwater.idp.heldout.Judgement;
import dev.headwater.idp.heldout.Metric;
import dev.headwater.idp.heldout.PairedComparison;
import java.util.Locale;

/**
 * Whether a tuned bundle may be published: only where its NDCG@10 for the newest event of each user
 * is above that of the bundle as it was, by more than chance among those users explains.
 *
 * @param passed whether it may
 * @param why both figures and how likely their difference is by chance alone
 */
public record Gate(boolean passed, String why) {
  /** What chance may explain: the usual level of a test. */
  private static final double LEVEL = 0.05;

  /** Compares what both gave to the same users. */
  static Gate of(Judgement tuned, Judgement asItWas) {
    PairedComparison compared = PairedComparison.of(gains(tuned), gains(asItWas));
    boolean passed = compared.difference() > 0 && compared.p() <= LEVEL;
    String why =
        String.format(
            Locale.ROOT,
            "NDCG@10 of %d users' newest events is %.4f, and was %.4f (p = %.4f)",
            tuned.users(),
            tuned.ndcg10(),
            asItWas.ndcg10(),
            compared.p());
    return new Gate(passed, why);
  }

  private static double[] gains(Judgement judgement) {
    return judgement.ranks().stream().mapToDouble(Metric.NDCG10::of).toArray();
  }
}
