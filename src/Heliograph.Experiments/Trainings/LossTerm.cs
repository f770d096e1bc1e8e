namespace Heliograph.Experiments.Trainings;

/// <summary>A term of step 3's objective (<see cref="AutoencoderLoss"/>), as experiments see it. Its implementation is with the trainings.</summary>
/// <param name="Name">By which experiments name it.</param>
/// <param name="NamesClasses">True where it needs the logits that the rest of the network gives for the restored map.</param>
/// <param name="HasTeacher">True where it needs a teacher's logits too.</param>
public sealed record LossTerm(string Name, bool NamesClasses = false, bool HasTeacher = false);
