package dev.headwater.idp.evaluate;

import dev.headwater.idp.encoder.Bert4Rec;
import dev.headwater.idp.encoder.Gru4Rec;
import java.util.Optional;

/** The systems of the paper's tables, by mode. A new one is added here. */
public final class TableSystems {
  /**
   * Systems that pre-train by themselves do so once for all seeds, as bundles are made: a seed is
   * of what is learned on the target.
   */
  static final long PRETRAINING_SEED = 1;

  private TableSystems() {}

  /** The system of a mode; empty for a mode that is none of another paper's. */
  public static Optional<TableSystem> of(Mode mode) {
    return Optional.ofNullable(
        switch (mode) {
          case GRU4REC ->
              new ScratchSystem(
                  Gru4Rec.KIND,
                  "Hidasi et al., Session-based Recommendations with Recurrent Neural Networks, ICLR"
                      + " 2016");
          case BERT4REC ->
              new ScratchSystem(
                  Bert4Rec.KIND,
                  "Sun et al., BERT4Rec: Sequential Recommendation with Bidirectional Encoder"
                      + " Representations from Transformer, CIKM 2019");
          case FDSA -> new FdsaSystem();
          case PETERREC -> new PeterRecSystem();
          case UNISREC -> new UniSRecSystem();
          case RECFORMER -> new RecformerSystem();
          case DACDR -> new DacdrSystem();
          default -> null;
        });
  }
}
