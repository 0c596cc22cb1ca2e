package dev.headwater.idp.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.UniSRec;
import dev.headwater.idp.heldout.FullRanking;
import dev.headwater.idp.heldout.HeldOut;
import dev.headwater.idp.tensor.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TextContrastTest {
  private static final int ITEMS = 24;
  private static final int DIM = 16;

  @Test
  void learnsFromTextsWhatFollows() {
    SplittableRandom random = new SplittableRandom(1);
    float[][] texts = new float[ITEMS][12];
    for (float[] text : texts) {
      for (int k = 0; k < text.length; k++) {
        text[k] = (float) (random.nextGaussian() / Math.sqrt(text.length));
      }
    }
    List<int[]> sequences = new ArrayList<>();
    for (int user = 0; user < 400; user++) {
      int at = random.nextInt(ITEMS);
      int length = 2 + random.nextInt(5);
      int[] sequence = new int[length];
      Arrays.setAll(sequence, k -> (at + k) % ITEMS);
      sequences.add(sequence);
    }
    sequences.add(new int[] {3});
    List<Double> losses = new ArrayList<>();
    try (UniSRec encoder = new UniSRec(new EncoderConfig(DIM, 8, 1, 2, false), random);
        MoeAdaptor adaptor = new MoeAdaptor(texts, DIM, 1e-2f, random);
        TextContrast contrast = new TextContrast(encoder, adaptor, 0.07f, random)) {
      for (int epoch = 1; epoch <= 60; epoch++) {
        losses.add(contrast.epoch(sequences, epoch, 9, progress -> {}));
      }
      assertThat(losses.get(0)).as("no better than chance at first").isGreaterThan(2.5);
      assertThat(losses.get(losses.size() - 1)).isLessThan(losses.get(0) / 2);
      assertThat(hits(encoder, adaptor)).isGreaterThan(ITEMS / 2);
    }
  }

  /** How many items' successors come first. */
  private static long hits(UniSRec encoder, MoeAdaptor adaptor) {
    try (Rows table = new Rows(DIM, ITEMS)) {
      int[] all = new int[ITEMS];
      Arrays.setAll(all, i -> i);
      adaptor.show(table, all, false);
      List<HeldOut> asked = new ArrayList<>();
      for (int item = 0; item < ITEMS; item++) {
        asked.add(new HeldOut(new int[] {item}, (item + 1) % ITEMS));
      }
      double[] ranks = FullRanking.ranks(encoder, table, 0, ITEMS, asked);
      return Arrays.stream(ranks).filter(rank -> rank <= 1).count();
    }
  }
}
