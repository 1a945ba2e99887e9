package dev.millrace.ingress.grpc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.millrace.ingress.grpc.wire.ErrorResponse;
import dev.millrace.ingress.grpc.wire.ExtensionNumberResponse;
import dev.millrace.ingress.grpc.wire.FileDescriptorResponse;
import dev.millrace.ingress.grpc.wire.HealthProto;
import dev.millrace.ingress.grpc.wire.ListServiceResponse;
import dev.millrace.ingress.grpc.wire.OpenInferenceProto;
import dev.millrace.ingress.grpc.wire.ReflectionProto;
import dev.millrace.ingress.grpc.wire.ServerReflectionRequest;
import dev.millrace.ingress.grpc.wire.ServerReflectionResponse;
import dev.millrace.ingress.grpc.wire.ServiceResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Server reflection, version 1: the protocol's files, for tools that have none. */
final class ReflectionCalls {

  /** Every service that there is, by its full name. */
  static final Set<String> SERVICES =
      Set.of(
          "grpc.health.v1.Health",
          "grpc.reflection.v1.ServerReflection",
          "inference.GRPCInferenceService");

  private final Map<String, FileDescriptor> bySymbol = new HashMap<>();

  /** Few ask, and the descriptors take their time: they are read when the first one does. */
  private void index() {
    if (!bySymbol.isEmpty()) {
      return;
    }
    for (FileDescriptor file :
        List.of(
            OpenInferenceProto.getDescriptor(),
            HealthProto.getDescriptor(),
            ReflectionProto.getDescriptor())) {
      bySymbol.put("file " + file.getName(), file);
      file.getMessageTypes().forEach(type -> index(type, file));
      file.getEnumTypes().forEach(type -> index(type, file));
      for (ServiceDescriptor service : file.getServices()) {
        bySymbol.put(service.getFullName(), file);
        for (MethodDescriptor method : service.getMethods()) {
          bySymbol.put(method.getFullName(), file);
        }
      }
    }
  }

  private void index(Descriptor type, FileDescriptor file) {
    bySymbol.put(type.getFullName(), file);
    type.getNestedTypes().forEach(nested -> index(nested, file));
    type.getEnumTypes().forEach(nested -> index(nested, file));
  }

  private void index(EnumDescriptor type, FileDescriptor file) {
    bySymbol.put(type.getFullName(), file);
  }

  void info(GrpcCall call) {
    index();
    call.receive(
        /* oneMessage= */ false,
        new GrpcCall.Receiver() {
          @Override
          public void message(byte[] message) {
            call.send(answer(Messages.parse(ServerReflectionRequest.parser(), message)));
            // Answers are longer than questions: none is read before there is room for more.
            if (!call.isWritable()) {
              call.pause();
            }
          }

          @Override
          public void complete() {
            call.end();
          }
        });
    call.onWritable(call::resume);
  }

  private ServerReflectionResponse answer(ServerReflectionRequest asked) {
    ServerReflectionResponse.Builder answer =
        ServerReflectionResponse.newBuilder()
            .setValidHost(asked.getHost())
            .setOriginalRequest(asked);
    switch (asked.getMessageRequestCase()) {
      case LIST_SERVICES -> answer.setListServicesResponse(list());
      case FILE_BY_FILENAME -> file(bySymbol.get("file " + asked.getFileByFilename()), answer);
      case FILE_CONTAINING_SYMBOL -> file(bySymbol.get(asked.getFileContainingSymbol()), answer);
      case FILE_CONTAINING_EXTENSION -> notFound(answer);
      case ALL_EXTENSION_NUMBERS_OF_TYPE -> extensions(asked, answer);
      case MESSAGEREQUEST_NOT_SET ->
          answer.setErrorResponse(error(Status.INVALID_ARGUMENT, "nothing was asked"));
    }
    return answer.build();
  }

  private static ListServiceResponse list() {
    ListServiceResponse.Builder list = ListServiceResponse.newBuilder();
    new TreeSet<>(SERVICES)
        .forEach(name -> list.addService(ServiceResponse.newBuilder().setName(name)));
    return list.build();
  }

  private static void file(@Nullable FileDescriptor file, ServerReflectionResponse.Builder answer) {
    if (file == null) {
      notFound(answer);
    } else {
      answer.setFileDescriptorResponse(
          FileDescriptorResponse.newBuilder()
              .addFileDescriptorProto(file.toProto().toByteString()));
    }
  }

  private void extensions(ServerReflectionRequest asked, ServerReflectionResponse.Builder answer) {
    String type = asked.getAllExtensionNumbersOfType();
    if (bySymbol.containsKey(type)) {
      answer.setAllExtensionNumbersResponse(
          ExtensionNumberResponse.newBuilder().setBaseTypeName(type));
    } else {
      notFound(answer);
    }
  }

  private static void notFound(ServerReflectionResponse.Builder answer) {
    answer.setErrorResponse(error(Status.NOT_FOUND, "not found"));
  }

  private static ErrorResponse error(Status status, String message) {
    return ErrorResponse.newBuilder()
        .setErrorCode(Integer.parseInt(status.number()))
        .setErrorMessage(message)
        .build();
  }
}
