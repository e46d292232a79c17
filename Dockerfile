# One image for every service of docker-compose.yml: the command says which one a container is.
#
# The base images may be swapped (--build-arg) for any with glibc 2.29 or newer; Alpine cannot run PyTorch's libraries.
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-17
ARG RUNTIME_IMAGE=eclipse-temurin:17-jre

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY . .
# Neither the system tests nor the benchmarks are wanted here.
RUN sed -i '/<module>system-tests</d; /<module>bench</d' pom.xml \
 && mvn -q -B -Dfast -DskipTests package
# PyTorch's libraries are unpacked once, here, instead of at the first start of every container; the jar that holds them stays behind.
RUN mkdir /opt/libtorch && cd /opt/libtorch \
 && jar xf "$(find /src/app/target/tickwatch -name 'pytorch-native-cpu-*.jar')" pytorch \
 && mv pytorch/cpu/*/* . && rm -r pytorch \
 && find /src/app/target/tickwatch -name 'pytorch-native-cpu-*.jar' -delete

# A layer of its own, which changes with PyTorch's version only.
FROM ${RUNTIME_IMAGE} AS libtorch
COPY --from=build /opt/libtorch /opt/libtorch

FROM libtorch
# Named volumes take the owner of the directory they are mounted on.
RUN groupadd --gid 10001 tickwatch \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin tickwatch \
 && mkdir -p /var/lib/tickwatch/log /var/lib/tickwatch/detector \
 && chown -R tickwatch:tickwatch /var/lib/tickwatch
COPY --from=build /src/app/target/tickwatch /opt/tickwatch
COPY LICENSE NOTICE /opt/tickwatch/
COPY schemas /opt/tickwatch/schemas
COPY models /opt/tickwatch/models
COPY data /opt/tickwatch/data
ENV PATH=/opt/tickwatch/bin:$PATH \
    PYTORCH_LIBRARY_PATH=/opt/libtorch \
    PYTORCH_VERSION=2.7.1 \
    PYTORCH_FLAVOR=cpu \
    DJL_OFFLINE=true
WORKDIR /opt/tickwatch
USER 10001:10001
ENTRYPOINT ["tickwatch"]
CMD ["--help"]
