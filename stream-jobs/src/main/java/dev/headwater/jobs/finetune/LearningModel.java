package dev.headwater.jobs.finetune;

import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.Precision;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.jobs.DomainModel;
import java.io.Serializable;
import java.util.function.Supplier;

/**
 * What the learner needs of a bundle.
 *
 * @param encoderId stands in every row
 * @param dim length of a row
 * @param logitScale of the loss
 * @param encoders makes frozen encoders that the caller closes
 */
public record LearningModel(
    String encoderId, int dim, float logitScale, Supplier<SequenceEncoder> encoders) {

  /** Opens the model at an attempt's start; shipped to operators. */
  @FunctionalInterface
  public interface Opener extends Serializable {
    /** Opens it; an unusable bundle fails the attempt. */
    LearningModel open() throws Exception;
  }

  /**
   * Opens the bundle of a domain.
   *
   * @param device where its encoders are, and learning is worked out: a name of {@link
   *     ComputeDevice#of}, looked up where it is opened
   */
  public static Opener ofBundle(DomainModel model, String device) {
    return () -> {
      ComputeDevice where = ComputeDevice.of(device);
      SourceBundle bundle = SourceBundle.open(model.bundle());
      BundleManifest manifest = bundle.manifest();
      return new LearningModel(
          manifest.encoderId(),
          manifest.dim(),
          manifest.logitScale(),
          () -> bundle.newEncoder(Precision.FP32, where));
    };
  }
}
