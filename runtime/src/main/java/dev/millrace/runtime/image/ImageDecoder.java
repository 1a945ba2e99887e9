package dev.millrace.runtime.image;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.kernel.Clock;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.event.IIOReadProgressListener;
import javax.imageio.spi.ImageReaderSpi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decodes image files within limits. Immutable; any thread. */
public final class ImageDecoder {

  private static final Logger LOG = LoggerFactory.getLogger(ImageDecoder.class);
  private static final Map<ImageFormat, ImageReaderSpi> READERS = readers();

  private final Set<ImageFormat> formats;
  private final ImageLimits limits;
  private final Clock clock;

  /**
   * @param formats that are let in; at least one
   */
  public ImageDecoder(Set<ImageFormat> formats, ImageLimits limits, Clock clock) {
    this.formats = EnumSet.copyOf(formats);
    this.limits = limits;
    this.clock = clock;
  }

  /** TwelveMonkeys' readers before the JDK's: they read CMYK, broken and WebP files. */
  private static Map<ImageFormat, ImageReaderSpi> readers() {
    Map<ImageFormat, ImageReaderSpi> readers = new EnumMap<>(ImageFormat.class);
    for (ImageFormat format : ImageFormat.values()) {
      Iterator<ImageReader> found = ImageIO.getImageReadersByFormatName(format.wireName());
      while (found.hasNext()) {
        ImageReader reader = found.next();
        ImageReaderSpi spi = reader.getOriginatingProvider();
        if (!readers.containsKey(format) || spi.getClass().getName().contains("twelvemonkeys")) {
          readers.put(format, spi);
        }
        reader.dispose();
      }
    }
    return readers;
  }

  /**
   * @param field a JSON pointer to the image in the request
   * @throws ProblemException for every file that gives no picture, whatever the reason
   */
  public Picture decode(byte[] file, String field) {
    if (file.length > limits.maxBytes()) {
      throw tooLarge(field, file.length + " bytes", "at most " + limits.maxBytes());
    }
    ImageFormat format = ImageFormat.of(file);
    if (format == null || !formats.contains(format)) {
      String found = format == null ? "no image of a known format" : format.wireName();
      throw new ProblemException(
          new Problem(
              ErrorCode.UNSUPPORTED,
              field + ": " + found + " (expected: " + names() + ")",
              field,
              0));
    }
    BudgetedBytes bytes = new BudgetedBytes(file, clock, limits.budget().toNanos());
    try {
      return Orientation.of(file, format).apply(read(bytes, format, field));
    } catch (ProblemException known) {
      throw known;
    } catch (BudgetedBytes.Spent spent) {
      throw overBudget(field);
    } catch (OutOfMemoryError exhausted) {
      throw tooLarge(field, "an image that needs too much memory", "a smaller one");
    } catch (IOException | RuntimeException | StackOverflowError broken) {
      // Decoders fail in every way there is on hostile files; what they say stays here, because it
      // may tell about memory and libraries.
      LOG.debug("an image of {} bytes could not be decoded", file.length, broken);
      throw bytes.spent() ? overBudget(field) : undecodable(field, format);
    }
  }

  private Picture read(BudgetedBytes bytes, ImageFormat format, String field) throws IOException {
    ImageReaderSpi spi = READERS.get(format);
    if (spi == null) {
      throw new IOException("no reader for " + format);
    }
    ImageReader reader = spi.createReaderInstance();
    try {
      reader.setInput(bytes, true, true);
      check(reader.getWidth(0), reader.getHeight(0), field);
      reader.addIIOReadProgressListener(new Watch(bytes));
      BufferedImage image = reader.read(0, unconverted(reader, format));
      if (bytes.spent()) {
        throw new BudgetedBytes.Spent();
      }
      // Some readers give another size than they announced.
      check(image.getWidth(), image.getHeight(), field);
      return PixelReader.toPicture(image);
    } finally {
      reader.dispose();
    }
  }

  /**
   * Asks for the stored samples of gray and RGB JPEGs: the reader would otherwise convert them by
   * their colour profile, which the models' training pipelines did not.
   */
  private static ImageReadParam unconverted(ImageReader reader, ImageFormat format)
      throws IOException {
    ImageReadParam param = reader.getDefaultReadParam();
    if (format == ImageFormat.JPEG) {
      ImageTypeSpecifier stored = reader.getRawImageType(0);
      if (stored != null && (stored.getNumBands() == 1 || stored.getNumBands() == 3)) {
        param.setDestinationType(stored);
      }
    }
    return param;
  }

  private void check(int width, int height, String field) {
    if (width < 1 || height < 1 || (long) width * height > limits.maxPixels()) {
      throw tooLarge(
          field, width + " x " + height + " pixels", "1 to " + limits.maxPixels() + " in all");
    }
  }

  private String names() {
    return formats.stream().map(ImageFormat::wireName).collect(Collectors.joining(", "));
  }

  private static ProblemException undecodable(String field, ImageFormat format) {
    return new ProblemException(
        Problem.invalid(
            field,
            "a damaged or unusual " + format.wireName() + " file",
            "one that can be decoded"));
  }

  private ProblemException overBudget(String field) {
    return tooLarge(
        field,
        "an image that takes too long to decode",
        "at most " + limits.budget().toMillis() + " ms");
  }

  private static ProblemException tooLarge(String field, String found, String expected) {
    return new ProblemException(
        new Problem(
            ErrorCode.TOO_LARGE, field + ": " + found + " (expected: " + expected + ")", field, 0));
  }

  /** Aborts a reader that works on without reading. */
  private record Watch(BudgetedBytes bytes) implements IIOReadProgressListener {

    @Override
    public void imageProgress(ImageReader source, float percentageDone) {
      if (bytes.spent()) {
        source.abort();
      }
    }

    @Override
    public void sequenceStarted(ImageReader source, int minIndex) {}

    @Override
    public void sequenceComplete(ImageReader source) {}

    @Override
    public void imageStarted(ImageReader source, int imageIndex) {}

    @Override
    public void imageComplete(ImageReader source) {}

    @Override
    public void thumbnailStarted(ImageReader source, int imageIndex, int thumbnailIndex) {}

    @Override
    public void thumbnailProgress(ImageReader source, float percentageDone) {}

    @Override
    public void thumbnailComplete(ImageReader source) {}

    @Override
    public void readAborted(ImageReader source) {}
  }
}
