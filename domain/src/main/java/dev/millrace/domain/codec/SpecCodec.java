package dev.millrace.domain.codec;

import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Capability;
import dev.millrace.domain.model.ModelSpec.Defaults;
import dev.millrace.domain.model.ModelSpec.Field;
import dev.millrace.domain.model.ModelSpec.Isolation;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.ModelFile;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.model.ModelSpec.Sample;
import dev.millrace.domain.model.ModelSpec.Step;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A deployment with its version's manifest, as a worker is told of it. */
public final class SpecCodec {

  private static final Kind[] KINDS = Kind.values();
  private static final RuntimeKind[] RUNTIMES = RuntimeKind.values();
  private static final Isolation[] ISOLATIONS = Isolation.values();
  private static final Capability[] CAPABILITIES = Capability.values();
  private static final TaskClass[] CLASSES = TaskClass.values();

  private SpecCodec() {}

  public static void write(ByteSink sink, Deployment deployment) {
    sink.putInt(deployment.id());
    writeSpec(sink, deployment.spec());
    sink.putText(deployment.pool())
        .putByte(deployment.isolation().ordinal())
        .putInt(deployment.maxBatch())
        .putInt(deployment.concurrency())
        .putBoolean(deployment.required());
  }

  public static Deployment read(ByteSource source) {
    return new Deployment(
        source.getInt(),
        readSpec(source),
        source.getText(),
        source.getEnum(ISOLATIONS),
        source.getInt(),
        source.getInt(),
        source.getBoolean());
  }

  private static void writeSpec(ByteSink sink, ModelSpec spec) {
    sink.putText(spec.name())
        .putText(spec.version())
        .putByte(spec.kind().ordinal())
        .putByte(spec.runtime().ordinal())
        .putText(spec.digest())
        .putText(spec.folder())
        .putInt(spec.files().size());
    spec.files()
        .forEach(
            (name, file) ->
                sink.putText(name)
                    .putText(file.path())
                    .putLong(file.size())
                    .putText(file.sha256()));
    writeFields(sink, spec.inputs());
    writeFields(sink, spec.outputs());
    sink.putInt(spec.steps().size());
    for (Step step : spec.steps()) {
      sink.putText(step.name());
      OptionsCodec.writeMap(sink, step.options());
    }
    writeSettings(sink, spec);
  }

  private static void writeSettings(ByteSink sink, ModelSpec spec) {
    sink.putByte(spec.isolation().ordinal())
        .putLong(spec.defaults().deadlineMillis())
        .putByte(spec.defaults().taskClass().ordinal())
        .putInt(spec.defaults().maxBatch())
        .putInt(spec.context())
        .putBoolean(spec.sample() != null);
    Sample sample = spec.sample();
    if (sample != null) {
      sink.putText(sample.input()).putText(sample.expect()).putDouble(sample.tolerance());
    }
    sink.putOptionalText(spec.licence()).putOptionalText(spec.attribution());
    sink.putInt(spec.capabilities().size());
    spec.capabilities().forEach(capability -> sink.putByte(capability.ordinal()));
  }

  private static ModelSpec readSpec(ByteSource source) {
    return new ModelSpec(
        source.getText(),
        source.getText(),
        source.getEnum(KINDS),
        source.getEnum(RUNTIMES),
        source.getText(),
        source.getText(),
        readFiles(source),
        readFields(source),
        readFields(source),
        readSteps(source),
        source.getEnum(ISOLATIONS),
        new Defaults(source.getLong(), source.getEnum(CLASSES), source.getInt()),
        source.getInt(),
        source.getBoolean()
            ? new Sample(source.getText(), source.getText(), source.getDouble())
            : null,
        source.getOptionalText(),
        source.getOptionalText(),
        readCapabilities(source));
  }

  private static Set<Capability> readCapabilities(ByteSource source) {
    int count = source.getCount(1);
    Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
    for (int i = 0; i < count; i++) {
      capabilities.add(source.getEnum(CAPABILITIES));
    }
    return capabilities;
  }

  private static Map<String, ModelFile> readFiles(ByteSource source) {
    int count = source.getCount(20);
    Map<String, ModelFile> files = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      files.put(
          source.getText(), new ModelFile(source.getText(), source.getLong(), source.getText()));
    }
    return files;
  }

  private static void writeFields(ByteSink sink, List<Field> fields) {
    sink.putInt(fields.size());
    for (Field field : fields) {
      sink.putText(field.name()).putText(field.type()).putInt(field.shape().size());
      field.shape().forEach(sink::putLong);
      OptionsCodec.writeMap(sink, field.options());
    }
  }

  private static List<Field> readFields(ByteSource source) {
    int count = source.getCount(16);
    List<Field> fields = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String name = source.getText();
      String type = source.getText();
      int rank = source.getCount(8);
      List<Long> shape = new ArrayList<>(rank);
      for (int j = 0; j < rank; j++) {
        shape.add(source.getLong());
      }
      fields.add(new Field(name, type, shape, OptionsCodec.readMap(source)));
    }
    return fields;
  }

  private static List<Step> readSteps(ByteSource source) {
    int count = source.getCount(8);
    List<Step> steps = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      steps.add(new Step(source.getText(), OptionsCodec.readMap(source)));
    }
    return steps;
  }
}
