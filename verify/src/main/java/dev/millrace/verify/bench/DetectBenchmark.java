package dev.millrace.verify.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.millrace.control.manifest.ManifestReader;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Isolation;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.engine.LoadedModel;
import dev.millrace.runtime.engine.ModelFiles;
import dev.millrace.runtime.image.ImageDecoder;
import dev.millrace.runtime.image.ImageFormat;
import dev.millrace.runtime.image.ImageLimits;
import dev.millrace.runtime.image.Letterbox;
import dev.millrace.runtime.image.Picture;
import dev.millrace.runtime.image.Resampler;
import dev.millrace.runtime.onnx.OnnxEngine;
import dev.millrace.runtime.ort.OrtModel;
import dev.millrace.runtime.ort.TensorBuffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the declared steps cost beside a detector's run, on one thread: the bare run, the run with
 * the steps after it, the steps before it one by one, and all from file to boxes. Needs a folder
 * with a manifest and its files: {@code ./millrace-verify bench Detect -p folder=... -p photo=...}.
 * Expect the run with its steps within a tenth of the bare one.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-Xmx1g"})
public class DetectBenchmark {

  private static final int SIDE = 416;

  @Param("")
  public String folder = "";

  @Param("")
  public String photo = "";

  private final ImageDecoder decoder =
      new ImageDecoder(EnumSet.allOf(ImageFormat.class), ImageLimits.DEFAULT, Clock.system());
  private final Letterbox letterbox =
      new Letterbox(SIDE, SIDE, Resampler.Filter.BILINEAR, true, 114, false);
  private final TensorBuffer input = new TensorBuffer(DataType.FP32);

  private byte[] file = {};
  private Parts parts = Parts.NONE;

  /** What is made from the folder. */
  private record Parts(
      OrtModel bare, OnnxTensor tensor, LoadedModel model, Picture picture, Task raw, Task whole) {

    @SuppressWarnings("NullAway") // replaced before anything is measured
    static final Parts NONE = new Parts(null, null, null, null, null, null);
  }

  @Setup
  public void load() throws IOException, OrtException {
    if (folder.isEmpty() || photo.isEmpty()) {
      throw new IllegalArgumentException("no folder and photo (expected: -p folder= -p photo=)");
    }
    ModelSpec spec = ManifestReader.read(Path.of(folder));
    file = Files.readAllBytes(Path.of(photo));
    OrtModel bare = OrtModel.load(ModelFiles.read(spec, "model"), "model", 1);
    long[] shape = {1, 3, SIDE, SIDE};
    Picture picture = decoder.decode(file, "/image");
    float[] samples = samples(letterbox.apply(picture));
    OnnxTensor tensor = input.shaped(shape);
    input.floats().put(0, samples);
    Deployment deployment = new Deployment(1, spec, "main", Isolation.IN_PROCESS, 1, 1, true);
    parts =
        new Parts(
            bare,
            tensor,
            new OnnxEngine(Clock.system()).load(deployment),
            picture,
            task(Tensor.ofFloats("images.raw", shape, samples)),
            task(Tensor.ofBlobs("image", new long[] {1}, List.of(file))));
  }

  private static float[] samples(Picture picture) {
    float[] samples = new float[3 * SIDE * SIDE];
    for (int i = 0; i < samples.length; i++) {
      int color = 2 - i / (SIDE * SIDE);
      samples[i] = picture.rgb()[3 * (i % (SIDE * SIDE)) + color] & 0xFF;
    }
    return samples;
  }

  private static Task task(Tensor tensor) {
    return Tasks.of(new TaskId(0, 0, true), "detector", new Input.Tensors(List.of(tensor)));
  }

  @TearDown
  public void close() {
    parts.model().close();
    parts.bare().close();
    input.close();
  }

  @Benchmark
  public long bareRun() throws OrtException {
    try (OrtSession.Result result =
        parts.bare().run(Map.of("images", parts.tensor()), Set.of("output"), Map.of())) {
      return result.size();
    }
  }

  @Benchmark
  public Object runAndAfter() {
    return OneAnswer.of(parts.model(), new Attempt(1, 1, parts.raw(), new int[0], 60_000));
  }

  @Benchmark
  public Object whole() {
    return OneAnswer.of(parts.model(), new Attempt(1, 1, parts.whole(), new int[0], 60_000));
  }

  @Benchmark
  public Picture decode() {
    return decoder.decode(file, "/image");
  }

  @Benchmark
  public Picture fit() {
    return letterbox.apply(parts.picture());
  }
}
