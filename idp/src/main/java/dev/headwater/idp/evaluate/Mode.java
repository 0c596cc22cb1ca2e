package dev.headwater.idp.evaluate;

import java.util.Locale;

/** What is evaluated. */
public enum Mode {
  /** The most chosen items. */
  POPULARITY,
  /** The nearest texts. */
  TEXT_KNN,
  /** Counting what is taken after what. */
  ITEM_KNN,
  /** Ridge regression from a user's items to all items. */
  EASE,
  /** A model trained on the target alone. */
  SCRATCH,
  /** The same with row swap: the control of what pre-training adds. */
  SCRATCH_ROW_SWAP,
  /** Pre-trained encoder, generated embeddings, nothing trained. */
  ZERO_SHOT,
  /** Zero-shot scores and text scores together. */
  ZERO_SHOT_TEXT,
  /** Pre-trained encoder and generated embeddings, both trained on. */
  FINE_TUNE,
  /** As fine-tune, with row swap. */
  FINE_TUNE_ROW_SWAP,
  /** Generated embeddings trained on, encoder frozen. */
  EMBEDDINGS_ONLY,
  /** Generated embeddings and a fresh encoder of any kind. */
  NEW_ENCODER,
  /** As fine-tune, with the projected text added to every item. */
  ID_TEXT,
  /** Fine-tuning as the paper writes it: meant for {@link TargetSettings#paper}. */
  IDP,
  /** GRU4Rec on the target alone. */
  GRU4REC,
  /** BERT4Rec on the target alone. */
  BERT4REC,
  /** Two Transformers, over IDs and over features. */
  FDSA,
  /** A bundle's encoder held still, with patches that learn. */
  PETERREC,
  /** Texts through a mixture of experts, IDs added in the target. */
  UNISREC,
  /** Texts alone, read word by word. */
  RECFORMER,
  /** Cross-attention between the two halves of the target's catalog. */
  DACDR,
  /** The product's ranker over fine-tuned rows, counts, texts and popularity. */
  RANKED,
  /** Items that training never saw. */
  COLD_ITEMS,
  /** Learning event by event, in order of time. */
  STREAM;

  /** The name on a command line, such as {@code zero-shot}. */
  public String flag() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The mode of a name.
   *
   * @throws IllegalArgumentException for a name that does not exist
   */
  public static Mode of(String flag) {
    for (Mode mode : values()) {
      if (mode.flag().equals(flag)) {
        return mode;
      }
    }
    throw new IllegalArgumentException("no mode is called " + flag);
  }

  /** Whether it makes a fresh encoder; the others have none or take the bundle's. */
  public boolean makesEncoder() {
    return this == SCRATCH || this == SCRATCH_ROW_SWAP || this == NEW_ENCODER;
  }

  /** Whether it pre-trains by itself, and needs the data of the bundle's sources for it. */
  public boolean needsSources() {
    return this == UNISREC || this == RECFORMER;
  }

  /** Whether it asks what a bundle makes of a target that it never saw. */
  public boolean needsUnseenTarget() {
    return this == ZERO_SHOT || this == ZERO_SHOT_TEXT || this == COLD_ITEMS || this == STREAM;
  }

  /** Whether it starts from a source bundle. */
  public boolean needsBundle() {
    return switch (this) {
      case POPULARITY, TEXT_KNN, ITEM_KNN, EASE, SCRATCH, SCRATCH_ROW_SWAP -> false;
      case GRU4REC, BERT4REC, FDSA, DACDR -> false;
      default -> true;
    };
  }
}
