package dev.headwater.idp.report;

import dev.headwater.idp.pretrain.PretrainConfig.Start;
import java.util.Locale;

/** The bundles that the tables of the paper start from, all of the same sources. */
public enum Pretrained {
  /** As {@code pretrain} does it by default. */
  OURS("sasrec"),
  /** As the paper writes it. */
  PAPER("sasrec"),
  /** Ours with another encoder. */
  BERT4REC("bert4rec"),
  /** Ours with another encoder. */
  GRU4REC("gru4rec"),
  /** Ours, with rows that start from their texts. */
  TEXTS("sasrec", Start.TEXTS);

  private final String encoder;
  private final Start start;

  Pretrained(String encoder) {
    this(encoder, Start.RANDOM);
  }

  Pretrained(String encoder, Start start) {
    this.encoder = encoder;
    this.start = start;
  }

  /** The kind of its encoder. */
  public String encoder() {
    return encoder;
  }

  /** What its rows are before training. */
  public Start start() {
    return start;
  }

  /** Its name in files and tables. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
