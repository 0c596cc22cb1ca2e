package dev.headwater.serving.follow;

import dev.headwater.idp.bundle.BundleException;
import dev.headwater.idp.bundle.Precision;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.encoder.UserEncoder;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.serving.users.HistoryEncoder;
import dev.headwater.serving.users.TextRows;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens models from the bundle directory: one folder a bundle id. */
public final class BundleLoader implements ModelLoader {
  private final Path directory;
  private final Precision precision;
  private final ComputeDevice device;
  private final boolean textRows;

  /**
   * Creates one for a directory.
   *
   * @param precision of the encoders' weights and of what they compute
   * @param device where the encoders are
   * @param textRows whether models make rows from texts
   */
  public BundleLoader(Path directory, Precision precision, ComputeDevice device, boolean textRows) {
    this.directory = directory;
    this.precision = precision;
    this.device = device;
    this.textRows = textRows;
  }

  @Override
  public LoadedModel load(String model) throws ModelUnavailableException {
    try {
      SourceBundle bundle = SourceBundle.open(directory.resolve(model));
      SequenceEncoder encoder = bundle.newEncoder(precision, device);
      BundleTexts texts = textRows ? new BundleTexts(bundle) : null;
      return new LoadedModel(
          new BundleEncoder(new UserEncoder(encoder), encoder.dim(), encoder.maxLength(), texts),
          bundle.manifest().textEncoderId(),
          new BundleTitles(bundle),
          bundle.manifest().logitScale());
    } catch (BundleException e) {
      throw new ModelUnavailableException(
          "bundle " + model + " cannot be opened: " + e.getMessage(), e);
    }
  }

  private record BundleEncoder(
      UserEncoder encoder, int dim, int maxLength, @Nullable BundleTexts texts)
      implements HistoryEncoder {
    @Override
    public float[][] encode(List<float[][]> histories) {
      return encoder.encode(histories);
    }

    @Override
    public @Nullable TextRows textRows() {
      return texts;
    }

    @Override
    public void close() {
      encoder.close();
      if (texts != null) {
        texts.close();
      }
    }
  }
}
