/**
 * The Go structs that `docker inspect` decodes answers into, as templates see them: field names where they
 * differ from the wire's (`ID` for `Id`), and types, which decide what an absent field prints.
 * Models moby `api/types/{container,image,network,volume}` of 28.
 *
 * A field is `GoName`, `GoName=WireName`, then `:type`. Types: s string (when none is given), b bool, i int,
 * t time, a struct's name, `*T` pointer, `[T]` slice, `{T}` map by string, `(T)` map by port, `any`. A leading `~` means that its JSON
 * leaves empty fields out (`omitempty`).
 */
export const STRUCTS: Readonly<Record<string, string>> = {
  container:
    'ID=Id Created Path Args:[s] State:*State Image ResolvConfPath HostnamePath HostsPath LogPath Name RestartCount:i Driver Platform MountLabel ProcessLabel AppArmorProfile ExecIDs:[s] HostConfig:*HostConfig GraphDriver:GraphDriver SizeRw:*i SizeRootFs:*i Mounts:[MountPoint] Config:*Config NetworkSettings:*NetworkSettings ImageManifestDescriptor:*any',
  State:
    'Status Running:b Paused:b Restarting:b OOMKilled:b Dead:b Pid:i ExitCode:i Error StartedAt FinishedAt Health:*Health',
  Health: 'Status FailingStreak:i Log:[*HealthLog]',
  HealthLog: 'Start End ExitCode:i Output',
  GraphDriver: 'Data:{s} Name',
  MountPoint: 'Type Name Source Destination Driver Mode RW:b Propagation',
  Config:
    'Hostname Domainname User AttachStdin:b AttachStdout:b AttachStderr:b ExposedPorts:(Empty) Tty:b OpenStdin:b StdinOnce:b Env:[s] Cmd:[s] Healthcheck:*Healthcheck ArgsEscaped:b Image Volumes:{Empty} WorkingDir Entrypoint:[s] NetworkDisabled:b MacAddress OnBuild:[s] Labels:{s} StopSignal StopTimeout:*i Shell:[s]',
  Empty: '',
  Healthcheck: 'Test:[s] Interval:d Timeout:d StartPeriod:d StartInterval:d Retries:i',
  HostConfig:
    'Binds:[s] ContainerIDFile LogConfig:LogConfig NetworkMode PortBindings:([PortBinding]) RestartPolicy:RestartPolicy AutoRemove:b VolumeDriver VolumesFrom:[s] ConsoleSize:[i] Annotations:{s} CapAdd:[s] CapDrop:[s] CgroupnsMode DNS=Dns:[s] DNSOptions=DnsOptions:[s] DNSSearch=DnsSearch:[s] ExtraHosts:[s] GroupAdd:[s] IpcMode Cgroup Links:[s] OomScoreAdj:i PidMode Privileged:b PublishAllPorts:b ReadonlyRootfs:b SecurityOpt:[s] StorageOpt:{s} Tmpfs:{s} UTSMode UsernsMode ShmSize:i Sysctls:{s} Runtime Isolation CPUShares=CpuShares:i Memory:i NanoCPUs=NanoCpus:i CgroupParent BlkioWeight:i BlkioWeightDevice:[*WeightDevice] BlkioDeviceReadBps:[*ThrottleDevice] BlkioDeviceWriteBps:[*ThrottleDevice] BlkioDeviceReadIOps:[*ThrottleDevice] BlkioDeviceWriteIOps:[*ThrottleDevice] CPUPeriod=CpuPeriod:i CPUQuota=CpuQuota:i CPURealtimePeriod=CpuRealtimePeriod:i CPURealtimeRuntime=CpuRealtimeRuntime:i CpusetCpus CpusetMems Devices:[DeviceMapping] DeviceCgroupRules:[s] DeviceRequests:[DeviceRequest] KernelMemory:i KernelMemoryTCP:i MemoryReservation:i MemorySwap:i MemorySwappiness:*i OomKillDisable:*b PidsLimit:*i Ulimits:[*Ulimit] CPUCount=CpuCount:i CPUPercent=CpuPercent:i IOMaximumIOps:i IOMaximumBandwidth:i Mounts:[Mount] MaskedPaths:[s] ReadonlyPaths:[s] Init:*b',
  LogConfig: 'Type Config:{s}',
  PortBinding: 'HostIP=HostIp HostPort',
  RestartPolicy: 'Name MaximumRetryCount:i',
  WeightDevice: 'Path Weight:i',
  ThrottleDevice: 'Path Rate:i',
  DeviceMapping: 'PathOnHost PathInContainer CgroupPermissions',
  DeviceRequest: 'Driver Count:i DeviceIDs:[s] Capabilities:[[s]] Options:{s}',
  Ulimit: 'Name Hard:i Soft:i',
  Mount:
    'Type Source Target ReadOnly:b Consistency BindOptions:*any VolumeOptions:*any ImageOptions:*any TmpfsOptions:*any ClusterOptions:*any',
  NetworkSettings:
    'Bridge SandboxID SandboxKey Ports:([PortBinding]) HairpinMode:b LinkLocalIPv6Address LinkLocalIPv6PrefixLen:i SecondaryIPAddresses:[any] SecondaryIPv6Addresses:[any] EndpointID Gateway GlobalIPv6Address GlobalIPv6PrefixLen:i IPAddress IPPrefixLen:i IPv6Gateway MacAddress Networks:{*Endpoint}',
  Endpoint:
    'IPAMConfig:*EndpointIpam Links:[s] Aliases:[s] MacAddress DriverOpts:{s} GwPriority:i NetworkID EndpointID Gateway IPAddress IPPrefixLen:i IPv6Gateway GlobalIPv6Address GlobalIPv6PrefixLen:i DNSNames:[s]',
  EndpointIpam: 'IPv4Address IPv6Address LinkLocalIPs:[s]',

  image:
    'ID=Id RepoTags:[s] RepoDigests:[s] Parent Comment Created DockerVersion Author Config:*ImageConfig Architecture Variant Os OsVersion Size:i VirtualSize:i GraphDriver:GraphDriver RootFS:RootFS Metadata:Metadata Descriptor:*any Manifests:[any]',
  ImageConfig:
    '~ User ExposedPorts:{Empty} Env:[s] Entrypoint:[s] Cmd:[s] Volumes:{Empty} WorkingDir Labels:{s} StopSignal ArgsEscaped:b Healthcheck:*Healthcheck OnBuild:[s] Shell:[s]',
  RootFS: 'Type Layers:[s]',
  Metadata: 'LastTagTime',

  network:
    'Name ID=Id Created Scope Driver EnableIPv4:b EnableIPv6:b IPAM:IPAM Internal:b Attachable:b Ingress:b ConfigFrom:ConfigFrom ConfigOnly:b Containers:{NetworkContainer} Options:{s} Labels:{s} Peers:[any] Services:{any}',
  IPAM: 'Driver Options:{s} Config:[IPAMConfig]',
  IPAMConfig: 'Subnet IPRange Gateway AuxAddress=AuxiliaryAddresses:{s}',
  ConfigFrom: 'Network',
  NetworkContainer: 'Name EndpointID MacAddress IPv4Address IPv6Address',

  // What registries have (image-spec, specs-go/v1).
  Index:
    '~ SchemaVersion=schemaVersion:i MediaType=mediaType Digest=digest Size=size:i Manifests=manifests:[Descriptor] Annotations=annotations:{s}',
  Descriptor:
    '~ MediaType=mediaType Digest=digest Size=size:i URLs=urls:[s] Annotations=annotations:{s} Data=data:[i] Platform=platform:*Platform ArtifactType=artifactType',
  Platform:
    '~ Architecture=architecture OS=os OSVersion=os.version OSFeatures=os.features:[s] Variant=variant',
  OciConfig:
    '~ User ExposedPorts:{Empty} Env:[s] Entrypoint:[s] Cmd:[s] Volumes:{Empty} WorkingDir Labels:{s} StopSignal ArgsEscaped:b',
  OciRootFS: 'Type=type DiffIDs=diff_ids:[s]',
  OciHistory:
    '~ Created=created:*t CreatedBy=created_by Author=author Comment=comment EmptyLayer=empty_layer:b',

  volume:
    'ClusterVolume:*any CreatedAt Driver Labels:{s} Mountpoint Name Options:{s} Scope Status:{any} UsageData:*any',
};
