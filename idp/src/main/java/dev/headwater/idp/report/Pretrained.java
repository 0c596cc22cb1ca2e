package dev.headwater.idp.report;

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
  TEXTS("sasrec", true);

  private final String encoder;
  private final boolean fromTexts;

  Pretrained(String encoder) {
    this(encoder, false);
  }

  Pretrained(String encoder, boolean fromTexts) {
    this.encoder = encoder;
    this.fromTexts = fromTexts;
  }

  /** The kind of its encoder. */
  public String encoder() {
    return encoder;
  }

  /** Whether its rows start from their texts, or at random. */
  public boolean isFromTexts() {
    return fromTexts;
  }

  /** Its name in files and tables. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
